"""Which two records may be one organization: the same name written otherwise, a mistyped code, the same head and phone.

Only suspicions: a person looks at each pair and merges it or not. Pure, so that a whole city is compared at once.
"""

from __future__ import annotations

import re
import uuid
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

from core.text import half_width

_BRACKETS = re.compile(r"[()（）〔〕\[\]【】<>《》·.,，、\s　-]+")
_FORMS = re.compile(r"(股份有限公司|有限责任公司|有限公司|公司)$")
_CHECKS = (16, 17)
"""Places of the two check characters: one mistyped character changes them as well."""
_BODY = slice(8, 17)
"""主体标识码: stays when a unit moves to another division or registering authority."""


@dataclass(frozen=True, slots=True)
class Named:
    """What is compared of an organization."""

    id: uuid.UUID
    uscc: str
    name: str
    legal_representative: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records and why they may be one; `reasons` are phrases, the strongest first."""

    first: Named
    second: Named
    reasons: tuple[str, ...]


@lru_cache(maxsize=65_536)  # each name meets many others
def normalised_name(text: str) -> str:
    """The name without what people write now so, now otherwise: width, brackets, blanks, the legal form at the end."""
    plain = _BRACKETS.sub("", half_width(text)).casefold()
    return _FORMS.sub("", plain) or plain


def likely_duplicates(records: Iterable[Named]) -> list[Pair]:
    """Every pair with a reason, in the order of the records; each pair once."""
    rows = list(records)
    place = {row.id: index for index, row in enumerate(rows)}
    suspects: set[tuple[int, int]] = set()
    for key_of in (_name_key, _contact_key, _body_key):
        suspects |= _sharing(rows, key_of)
    suspects |= _mistyped(rows)
    pairs = []
    for first, second in sorted(suspects):
        reasons = reasons_of(rows[first], rows[second])
        if reasons:
            pairs.append(Pair(rows[first], rows[second], reasons))
    return sorted(pairs, key=lambda pair: (place[pair.first.id], place[pair.second.id]))


def reasons_of(first: Named, second: Named) -> tuple[str, ...]:
    """Why these two may be one organization; empty when nothing says so."""
    reasons = []
    if normalised_name(first.name) == normalised_name(second.name):
        reasons.append("名称相同" if first.name == second.name else "名称只差括号、空格、全半角或公司形式")
    has_contact = _contact_key(first) is not None and _contact_key(first) == _contact_key(second)
    if has_contact:
        reasons.append("法定代表人和联系电话相同")
    if first.uscc[_BODY] == second.uscc[_BODY]:
        reasons.append("信用代码的主体标识码（第9至17位）相同")
    elif (at := mistyped_place(first.uscc, second.uscc)) is not None and (
        has_contact or _is_alike(first, second)
    ):
        reasons.append(f"信用代码只差第{at}位，名称或联系人相近")
    return tuple(reasons)


def mistyped_place(first: str, second: str) -> int | None:
    """The place (from 1) of the only different character, the two check characters apart; None for none or more."""
    if len(first) != len(second):
        return None
    places = [
        index
        for index, (one, other) in enumerate(zip(first, second, strict=True), start=1)
        if one != other and index - 1 not in _CHECKS
    ]
    return places[0] if len(places) == 1 else None


def _is_alike(first: Named, second: Named) -> bool:
    """One name holds the other, or the same person or phone stands for both: a near code alone says nothing."""
    one, other = normalised_name(first.name), normalised_name(second.name)
    if one in other or other in one:
        return True
    has_head = bool(first.legal_representative) and first.legal_representative == second.legal_representative
    return has_head or (bool(first.phone) and first.phone == second.phone)


def _name_key(row: Named) -> Hashable:
    return normalised_name(row.name)


def _contact_key(row: Named) -> Hashable | None:
    if not row.legal_representative or not row.phone:
        return None
    return row.legal_representative, re.sub(r"\D", "", row.phone)


def _body_key(row: Named) -> Hashable:
    return row.uscc[_BODY]


def _sharing(rows: Sequence[Named], key_of: Callable[[Named], Hashable | None]) -> set[tuple[int, int]]:
    groups: dict[Hashable, list[int]] = defaultdict(list)
    for index, row in enumerate(rows):
        key = key_of(row)
        if key is not None:
            groups[key].append(index)
    return {pair for group in groups.values() for pair in combinations(group, 2)}


def _mistyped(rows: Sequence[Named]) -> set[tuple[int, int]]:
    """Codes that agree in all but one place share the key that leaves this place out: no row meets every other."""
    groups: dict[tuple[int, str], list[int]] = defaultdict(list)
    for index, row in enumerate(rows):
        code = row.uscc[: _CHECKS[0]]
        for place in range(len(code)):
            groups[place, code[:place] + code[place + 1 :]].append(index)
    found = {pair for group in groups.values() if len(group) > 1 for pair in combinations(group, 2)}
    return {(one, other) for one, other in found if _is_alike(rows[one], rows[other])}
