"""双随机 draw, to the byte (docs/draw.md): frozen text, commitment, secrets, seed, generator, selection, teams.

Everything that decides is a whole number or a text, so that any language gives the same result. `docs/replay_draw.py`
repeats this module without it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core import canonical

FORMAT = "anlan-draw/1"
RECORD_FORMAT = "anlan-draw-record/1"
EXPORT_FORMAT = "anlan-draw-replay/1"
PER_WHOLE = 10_000
"""Ratios are parts of ten thousand: 15 % = 1500."""
_SPAN = 2**64


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A project or a county of the population. `weight` in hundredths; `excluded` is the reason, "" = takes part."""

    id: str
    name: str
    stratum: str
    county: str
    weight: int
    weight_reason: str
    excluded: str


@dataclass(frozen=True, kw_only=True)
class Stratum:
    """A part of the population with its own number to draw. `population` counts the excluded ones too."""

    key: str
    name: str
    population: int
    ratio: int
    quota: int


@dataclass(frozen=True, kw_only=True)
class Member:
    """A certified officer of the directory; `id` is the number of the 执法证, `county` the code of the own office."""

    id: str
    name: str
    county: str
    valid_until: dt.date


@dataclass(frozen=True, kw_only=True)
class Recusal:
    """Why one officer must not inspect one object."""

    officer: str
    object: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Setup:
    """All that a draw depends on besides the secrets."""

    number: str
    city: str
    organizer: str
    kind: str
    title: str
    day: dt.date
    rule: Mapping[str, Any]
    """`cross` (bool), `team_size` (0 = no officers are drawn), and the parameters that made weights and quotas."""
    candidates: Sequence[Candidate]
    strata: Sequence[Stratum]
    officers: Sequence[Member]
    recusals: Sequence[Recusal]


def frozen_text(setup: Setup) -> str:
    """The canonical text that the commitment is taken of (docs/draw.md §1)."""
    value = {
        "format": FORMAT,
        "number": setup.number,
        "city": setup.city,
        "organizer": setup.organizer,
        "kind": setup.kind,
        "title": setup.title,
        "day": setup.day,
        "rule": setup.rule,
        "candidates": sorted(setup.candidates, key=lambda one: one.id),
        "strata": sorted(setup.strata, key=lambda one: one.key),
        "officers": sorted(setup.officers, key=lambda one: one.id),
        "recusals": sorted(setup.recusals, key=lambda one: (one.object, one.officer, one.reason)),
    }
    return canonical.dumps(value).decode()


def commitment_of(text: str) -> str:
    """SHA-256 of the frozen text, lower-case hex (docs/draw.md §2)."""
    return hashlib.sha256(text.encode()).hexdigest()


def secret_digest(secret: str, *, number: str, position: int) -> str:
    """What a witness hands in before: bound to the draw and to the place, so no hash serves twice (§3)."""
    return hashlib.sha256(f"anlan-draw-secret\n{number}\n{position}\n{secret}".encode()).hexdigest()


def seed_of(secrets: Sequence[str], commitment: str) -> bytes:
    """HMAC-SHA-256; key: every secret in order, each after its length in four bytes; message: the commitment (§4)."""
    parts = [secret.encode() for secret in secrets]
    key = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
    return hmac.new(key, commitment.encode(), hashlib.sha256).digest()


class Generator:
    """Uniform whole numbers of one purpose: SHA-256 in counter mode, rejection instead of rounding (§5)."""

    def __init__(self, seed: bytes, label: str) -> None:
        self._start = seed + label.encode() + b"\x00"
        self._counter = 0

    def below(self, bound: int) -> int:
        """0 ≤ number < bound; `bound` from 1 to 2^64."""
        limit = _SPAN - _SPAN % bound
        while True:
            block = hashlib.sha256(self._start + self._counter.to_bytes(8, "big")).digest()
            self._counter += 1
            number = int.from_bytes(block[:8], "big")
            if number < limit:
                return number % bound


def sample(candidates: Sequence[tuple[str, int]], count: int, generator: Generator) -> list[str]:
    """Weighted sampling without replacement, in the order drawn: (id, weight) pairs sorted by id (§6)."""
    left = sorted(candidates)
    drawn: list[str] = []
    while left and len(drawn) < count:
        ticket = generator.below(sum(weight for _, weight in left))
        for index, (name, weight) in enumerate(left):
            if ticket < weight:
                drawn.append(name)
                del left[index]
                break
            ticket -= weight
    return drawn


def shuffled(names: Iterable[str], generator: Generator) -> list[str]:
    """Fisher–Yates from the end, starting from the sorted names (§7)."""
    order = sorted(names)
    for last in range(len(order) - 1, 0, -1):
        other = generator.below(last + 1)
        order[last], order[other] = order[other], order[last]
    return order


def quota_of(ratio: int, population: int) -> int:
    """ceil(ratio × N), at least one where there is anything to draw; `ratio` in parts of ten thousand."""
    return max(1, -(-ratio * population // PER_WHOLE)) if population else 0


def result_of(frozen: Mapping[str, Any], seed: bytes) -> list[dict[str, Any]]:
    """The selection: objects in the order drawn, each with its team and the order that substitutes come from (§6–7)."""
    drawn: list[dict[str, Any]] = []
    load: Counter[str] = Counter()
    for stratum in frozen["strata"]:
        own = [
            one for one in frozen["candidates"] if one["stratum"] == stratum["key"] and not one["excluded"]
        ]
        county_of = {one["id"]: one["county"] for one in own}
        generator = Generator(seed, f"objects/{stratum['key']}")
        for name in sample([(one["id"], one["weight"]) for one in own], stratum["quota"], generator):
            order = _officers_for(frozen, seed, name, county_of[name], load)
            team = _team(frozen, order)
            load.update(team)
            line = {"position": len(drawn) + 1, "object": name, "stratum": stratum["key"]}
            drawn.append({**line, "team": team, "order": order})
    return drawn


def eligible_officers(frozen: Mapping[str, Any], name: str, county: str) -> list[str]:
    """Officers who may inspect the object: certified on the day, not recused, not of its county in a cross draw."""
    recused = {one["officer"] for one in frozen["recusals"] if one["object"] == name}
    is_cross = frozen["rule"]["cross"]
    return [
        one["id"]
        for one in frozen["officers"]
        if one["valid_until"] >= frozen["day"]
        and one["id"] not in recused
        and not (is_cross and one["county"] == county)
    ]


def _officers_for(
    frozen: Mapping[str, Any], seed: bytes, name: str, county: str, load: Counter[str]
) -> list[str]:
    if not frozen["rule"]["team_size"]:
        return []
    order = shuffled(eligible_officers(frozen, name, county), Generator(seed, f"officers/{name}"))
    return sorted(
        order, key=lambda one: load[one]
    )  # who was drawn least often goes first; ties keep their order


def _team(frozen: Mapping[str, Any], order: Sequence[str]) -> list[str]:
    team: list[str] = []
    for name in order:
        if len(team) < frozen["rule"]["team_size"] and fits(frozen, team, name):
            team.append(name)
    return team


def fits(frozen: Mapping[str, Any], team: Sequence[str], name: str) -> bool:
    """In a cross draw no two of a team come from one county (交叉组队)."""
    if not frozen["rule"]["cross"]:
        return True
    county_of = {one["id"]: one["county"] for one in frozen["officers"]}
    return county_of[name] not in {county_of[other] for other in team}


def impossible_teams(frozen: Mapping[str, Any]) -> list[str]:
    """One sentence for each object that no team can be drawn for; empty when every outcome can be carried out."""
    size = frozen["rule"]["team_size"]
    if not size:
        return []
    sentences = []
    for one in frozen["candidates"]:
        if one["excluded"]:
            continue
        able = eligible_officers(frozen, one["id"], one["county"])
        if len(_team(frozen, able)) < size:
            how = f"{size}名来自不同县区的检查人员" if frozen["rule"]["cross"] else f"{size}名检查人员"
            sentences.append(
                f"工程“{one['name']}”（{one['id']}）需要{how}，回避后执法证有效的只有{len(able)}名，"
                "请补充检查人员名录，或写明理由排除该工程。"
            )
    return sentences


def draw_record(
    *,
    number: str,
    commitment: str,
    seed: bytes,
    result: Sequence[Mapping[str, Any]],
    facts: Mapping[str, Any],
) -> str:
    """The record's canonical text; `facts`: moments, the person who ran the draw, witnesses with their secrets (§8)."""
    value = {
        **facts,
        "format": RECORD_FORMAT,
        "number": number,
        "commitment": commitment,
        "seed": seed.hex(),
        "result": result,
    }
    return canonical.dumps(value).decode()


def export_of(*, frozen: str, record: str, substitutions: Sequence[Mapping[str, Any]]) -> bytes:
    """The file that anyone can replay (§8): both texts word for word, and who was replaced afterwards."""
    value = {
        "format": EXPORT_FORMAT,
        "frozen_text": frozen,
        "record_text": record,
        "record_sha256": commitment_of(record),
        "substitutions": substitutions,
    }
    return canonical.dumps(value)


def differences(data: bytes) -> list[str]:
    """Repeat a draw from its exported file; what differs, in sentences. Empty: the draw is what it says it is."""
    try:
        file = json.loads(data)
        if file["format"] != EXPORT_FORMAT:
            return [f"文件格式是“{file['format']}”，不是 {EXPORT_FORMAT}。"]
        frozen, record = json.loads(file["frozen_text"]), json.loads(file["record_text"])
        return [*_broken_seals(file, frozen, record), *_other_results(file, frozen, record)]
    except (ValueError, KeyError, TypeError, AttributeError) as fault:
        return [f"文件不完整，无法复算：{fault}。"]


def _broken_seals(file: Mapping[str, Any], frozen: Mapping[str, Any], record: Mapping[str, Any]) -> list[str]:
    found = []
    if commitment_of(file["frozen_text"]) != record["commitment"]:
        found.append("封存的名录与承诺值不符：名录、规则、排除或人员被改动。")
    if commitment_of(file["record_text"]) != file["record_sha256"]:
        found.append("抽取记录与记录摘要不符：记录被改动。")
    if frozen["number"] != record["number"]:
        found.append("名录和记录的抽取编号不一致。")
    for one in record["witnesses"]:
        digest = secret_digest(one["secret"], number=record["number"], position=one["position"])
        if digest != one["secret_sha256"]:
            found.append(f"第{one['position']}位见证人{one['name']}的口令与事先提交的摘要不符。")
    return found


def _other_results(
    file: Mapping[str, Any], frozen: Mapping[str, Any], record: Mapping[str, Any]
) -> list[str]:
    seed = seed_of([one["secret"] for one in record["witnesses"]], record["commitment"])
    if seed.hex() != record["seed"]:
        return ["随机种子与口令、承诺值不符。"]
    again = result_of(frozen, seed)
    if len(again) != len(record["result"]):
        return [f"应抽{len(again)}个，记录为{len(record['result'])}个。"]
    found = []
    for ours, theirs in zip(again, record["result"], strict=True):
        if ours["object"] != theirs["object"]:
            found.append(f"第{ours['position']}个应为{ours['object']}，记录为{theirs['object']}。")
        elif ours != theirs:
            found.append(f"{ours['object']}的检查组应为{'、'.join(ours['team'])}，记录不同。")
    return found or _wrong_substitutes(file, again)


def _wrong_substitutes(file: Mapping[str, Any], result: Sequence[Mapping[str, Any]]) -> list[str]:
    found = []
    used = {line["object"]: list(line["team"]) for line in result}
    order_of = {line["object"]: line["order"] for line in result}
    for one in file["substitutions"]:
        left = [name for name in order_of[one["object"]] if name not in used[one["object"]]]
        if not left or one["officer"] != left[0]:
            found.append(
                f"{one['object']}的递补人员应为{left[0] if left else '无'}，记录为{one['officer']}。"
            )
        used[one["object"]].append(one["officer"])
    return found
