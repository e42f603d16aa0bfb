"""The draw's arithmetic: worked example, fairness, quotas, tampering; the stand-alone script agrees."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from inspections.rules import draw

DOCS = Path(settings.BASE_DIR) / "docs"
EXAMPLE = (DOCS / "draw-example.json").read_bytes()
SECRETS = ("secret of the first", "第二位见证人的口令十二字")
COUNTIES = ("510703", "510726", "510727")


def _setup(weights=(100,) * 6, *, quota=2, cross=False, officers=6, excluded=(), ratio=0):
    return draw.Setup(
        number="CQ-2023-007",
        city="mianyang",
        organizer="绵阳市水利局",
        kind="PROJECT",
        title="",
        day=dt.date(2023, 9, 5),
        rule={"cross": cross, "team_size": 2},
        candidates=[
            draw.Candidate(
                id=f"GC-{n:04}",
                name=f"工程{n}",
                stratum="COUNTY/510726",
                county="510726",
                weight=weight,
                weight_reason="",
                excluded="已检查" if n in excluded else "",
            )
            for n, weight in enumerate(weights)
        ],
        strata=[
            draw.Stratum(key="COUNTY/510726", name="县", population=len(weights), ratio=ratio, quota=quota)
        ],
        officers=[
            draw.Member(id=f"川B{n}", name=f"人{n}", county=COUNTIES[n % 3], valid_until=dt.date(2023, 9, 5))
            for n in range(officers)
        ],
        recusals=[],
    )


def _result(setup, secrets=SECRETS):
    text = draw.frozen_text(setup)
    return draw.result_of(json.loads(text), draw.seed_of(secrets, draw.commitment_of(text)))


def _export(setup):
    text = draw.frozen_text(setup)
    commitment = draw.commitment_of(text)
    seed = draw.seed_of(SECRETS, commitment)
    witnesses = [
        {
            "position": place,
            "name": f"见证人{place}",
            "unit": "纪检",
            "secret": secret,
            "secret_sha256": draw.secret_digest(secret, number=setup.number, position=place),
        }
        for place, secret in enumerate(SECRETS, 1)
    ]
    record = draw.draw_record(
        number=setup.number,
        commitment=commitment,
        seed=seed,
        result=draw.result_of(json.loads(text), seed),
        facts={"witnesses": witnesses},
    )
    return draw.export_of(frozen=text, record=record, substitutions=[])


def _alone(path):
    """The script in a process of its own, where nothing of the project can be imported."""
    script = [sys.executable, "-I", str(DOCS / "replay_draw.py"), str(path)]
    return subprocess.run(script, capture_output=True, text=True, cwd="/", check=False, timeout=30)


def test_the_worked_example_is_what_the_document_says(tmp_path, capsys):
    page = (DOCS / "draw.md").read_text(encoding="utf-8")
    file = json.loads(EXAMPLE)
    frozen, record = json.loads(file["frozen_text"]), json.loads(file["record_text"])
    seed = draw.seed_of([one["secret"] for one in record["witnesses"]], record["commitment"])

    assert f"| {len(file['frozen_text'].encode())} bytes |" in page
    for value in (
        draw.commitment_of(file["frozen_text"]),
        draw.commitment_of(file["record_text"]),
        seed.hex(),
        *(
            draw.secret_digest(w["secret"], number="CQ-2023-001", position=w["position"])
            for w in record["witnesses"]
        ),
    ):
        assert f"`{value}`" in page
    printed = re.search(r"printf '(.+)' \| sha256sum", page)[1].encode().decode("unicode_escape")
    assert hashlib.sha256(printed.encode()).hexdigest() == record["witnesses"][0]["secret_sha256"]
    assert f"below 500 | {draw.Generator(seed, 'objects/COUNTY/510726').below(500)} |" in page
    assert draw.quota_of(1000, 3) == frozen["strata"][0]["quota"] == 1
    assert draw.result_of(frozen, seed) == record["result"]
    assert record["result"][0]["team"] == ["川B07-1", "川B07-3"]
    assert draw.differences(EXAMPLE) == []

    alone = _alone(DOCS / "draw-example.json")
    assert (alone.returncode, alone.stdout.count("agrees"), alone.stderr) == (0, 5, "")
    call_command("replay_draw", str(DOCS / "draw-example.json"))
    assert "复算一致" in capsys.readouterr().out
    script = (DOCS / "replay_draw.py").read_text(encoding="utf-8")
    assert len(script.splitlines()) <= 60
    assert "inspections" not in script


def test_what_is_tampered_with_is_named_and_fails_everywhere(tmp_path):
    whole = _export(_setup(cross=True, quota=3))
    assert draw.differences(whole) == []
    file = json.loads(whole)
    record = json.loads(file["record_text"])
    first, second = record["result"][0]["object"], record["result"][1]["object"]
    turned = re.sub(r'("seed":")(.)', lambda m: m[1] + ("0" if m[2] != "0" else "1"), file["record_text"])
    cases = {
        "名录、规则": file | {"frozen_text": file["frozen_text"].replace('"weight":100', '"weight":101', 1)},
        "记录摘要": file | {"record_text": file["record_text"].replace("纪检", "纪捡", 1)},
        "见证人1的口令": _resealed(file, SECRETS[0], "some other secret"),
        "随机种子": _resealed(file, file["record_text"], turned),
        "第1个应为": _resealed(file, f'"object":"{first}"', f'"object":"{second}"'),
        "检查组应为": _resealed(file, '"team":["', '"team":["川B5","'),
        "递补人员应为": file
        | {"substitutions": [{"object": first, "officer": "川B0X", "replaced": "", "reason": "", "at": ""}]},
        "不完整": {"format": draw.EXPORT_FORMAT},
        "文件格式": {"format": "other"},
    }
    for words, forged in cases.items():
        data = json.dumps(forged, ensure_ascii=False).encode()
        assert any(words in sentence for sentence in draw.differences(data)), words

    path = tmp_path / "forged.json"
    for words in ("名录、规则", "见证人1的口令", "第1个应为"):
        path.write_text(json.dumps(cases[words]), encoding="utf-8")
        assert _alone(path).returncode == 1, words
    with pytest.raises(CommandError, match="第1个应为"):
        call_command("replay_draw", str(path))
    path.write_bytes(whole)
    assert _alone(path).returncode == 0


def _resealed(file, old, new):
    """The record changed and its own hash made to fit: what somebody with the server would do."""
    record = file["record_text"].replace(old, new, 1)
    assert record != file["record_text"]
    return file | {"record_text": record, "record_sha256": draw.commitment_of(record)}


@given(
    weights=st.lists(st.integers(1, 800), min_size=1, max_size=25),
    ratio=st.integers(1, 10_000),
    secrets=st.lists(st.text(min_size=1, max_size=20), min_size=2, max_size=4),
    cross=st.booleans(),
)
def test_quota_no_repeats_and_the_same_again(weights, ratio, secrets, cross):
    excluded = {n for n in range(len(weights)) if n % 5 == 4}
    quota = draw.quota_of(ratio, len(weights))
    setup = _setup(weights, quota=quota, ratio=ratio, excluded=excluded, cross=cross)
    drawn = _result(setup, secrets)
    names = [line["object"] for line in drawn]
    able = {f"GC-{n:04}" for n in range(len(weights)) if n not in excluded}

    assert quota * 10_000 >= ratio * len(weights) > (quota - 1) * 10_000 or quota == 1
    assert len(names) == len(set(names)) == min(quota, len(able))
    assert set(names) <= able
    assert [line["position"] for line in drawn] == list(range(1, len(drawn) + 1))
    assert drawn == _result(setup, secrets)
    homes = {member.id: member.county for member in setup.officers}
    for line in drawn:
        assert len(set(line["team"])) == 2
        assert set(line["team"]) <= set(line["order"])
        if cross:
            assert "510726" not in {homes[one] for one in line["team"]}
            assert len({homes[one] for one in line["team"]}) == 2


@given(position=st.integers(0, 10**6), bit=st.integers(0, 7))
def test_one_changed_byte_changes_the_commitment(position, bit):
    data = bytearray(draw.frozen_text(_setup()).encode())
    before = hashlib.sha256(data).hexdigest()
    data[position % len(data)] ^= 1 << bit
    assert hashlib.sha256(data).hexdigest() != before
    other = _setup()
    changed = replace(other, candidates=[replace(other.candidates[0], name="工程O"), *other.candidates[1:]])
    assert draw.commitment_of(draw.frozen_text(changed)) != before
    assert draw.commitment_of(draw.frozen_text(replace(other, officers=other.officers[::-1]))) == before


_CHI_SQUARE_999 = {1: 10.83, 2: 13.82, 3: 16.27, 5: 20.52, 9: 27.88}
"""Critical values: above them p < 0.001, by degrees of freedom."""


def _chi_square(seen, expected):
    return sum((seen[name] - wanted) ** 2 / wanted for name, wanted in expected.items())


def test_many_draws_are_fair():
    """Fixed seeds, so that the outcome is one and the same: first picks follow the weights, orders are uniform."""
    rounds = 12_000
    weights = {"a": 50, "b": 100, "c": 150, "d": 200, "e": 400, "f": 100}
    firsts, second_of_equal, orders = Counter(), Counter(), Counter()
    for round_ in range(rounds):
        seed = hashlib.sha256(f"fair {round_}".encode()).digest()
        firsts[draw.sample(list(weights.items()), 2, draw.Generator(seed, "objects/x"))[0]] += 1
        equal = draw.sample([(name, 100) for name in "abcd"], 2, draw.Generator(seed, "objects/y"))
        second_of_equal[equal[1]] += 1
        orders["".join(draw.shuffled("xyz", draw.Generator(seed, "officers/z")))] += 1
    by_weight = {name: rounds * weight / 1000 for name, weight in weights.items()}

    assert _chi_square(firsts, by_weight) < _CHI_SQUARE_999[5]
    assert _chi_square(second_of_equal, dict.fromkeys("abcd", rounds / 4)) < _CHI_SQUARE_999[3]
    assert len(orders) == 6
    assert _chi_square(orders, dict.fromkeys(orders, rounds / 6)) < _CHI_SQUARE_999[5]


def test_a_generator_that_rounds_would_be_seen():
    """Numbers that the rejection must throw away are thrown away: with bound 2^63 + 1 every second one."""
    seed = bytes(32)
    bound = 2**63 + 1
    plain = [
        int.from_bytes(hashlib.sha256(seed + b"x\x00" + n.to_bytes(8, "big")).digest()[:8], "big")
        for n in range(40)
    ]
    generator = draw.Generator(seed, "x")
    kept = [number for number in plain if number < bound]

    assert 5 < len(kept) < 35
    assert [generator.below(bound) for _ in kept] == kept


def test_who_cannot_be_given_a_team_is_named_before_the_draw():
    few = json.loads(draw.frozen_text(_setup(weights=(100, 100), officers=2, cross=True, excluded={1})))
    sentence, *others = draw.impossible_teams(few)

    assert others == []
    assert "“工程0”（GC-0000）" in sentence
    assert "只有1名" in sentence
    assert sentence.endswith("。")
    assert draw.impossible_teams(json.loads(draw.frozen_text(_setup(officers=6, cross=True)))) == []
    assert len(draw.impossible_teams(json.loads(draw.frozen_text(_setup(officers=1))))) == 6
