"""Which records may be one organization: found whatever is written otherwise, and nothing found without a reason."""

import uuid
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.uscc import ALPHABET, fictitious_uscc
from projects.rules.duplicates import (
    Named,
    likely_duplicates,
    mistyped_place,
    normalised_name,
    reasons_of,
)

WORDS = st.sampled_from(["绵阳", "四川", "示例", "水利", "国禹", "工程", "建设", "AB", "12", "一", "二"])
NAMES = st.lists(WORDS, min_size=1, max_size=4).map("".join)
CODES = st.integers(0, 40).map(fictitious_uscc)
ROWS = st.builds(
    Named,
    id=st.uuids(),
    uscc=CODES,
    name=NAMES,
    legal_representative=st.sampled_from(["", "张三", "李四"]),
    phone=st.sampled_from(["", "0816-2345678", "13812345678"]),
)


def named(name="示例水利", *, serial=1, uscc="", head="", phone=""):
    return Named(uuid.uuid4(), uscc or fictitious_uscc(serial), name, head, phone)


def wide(text):
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


@given(NAMES, st.data())
def test_a_name_stays_the_same_however_it_is_written(name, data):
    place = data.draw(st.integers(0, len(name)))
    end = data.draw(
        st.sampled_from(["", "有限公司", "有限责任公司", "股份有限公司", " 有限公司", "（有限公司）"])
    )
    written = data.draw(st.sampled_from([str, wide, str.lower, str.upper]))(name)
    mark = data.draw(st.sampled_from(["", " ", "\u3000", "（", "("]))

    assert normalised_name(written[:place] + mark + written[place:] + end) == normalised_name(name)


@given(st.lists(ROWS, max_size=12, unique_by=lambda row: row.id))
def test_every_pair_with_a_reason_is_found_and_no_other(rows):
    expected = {
        frozenset((one.id, other.id)) for one, other in combinations(rows, 2) if reasons_of(one, other)
    }

    pairs = likely_duplicates(rows)

    assert {frozenset((pair.first.id, pair.second.id)) for pair in pairs} == expected
    assert len(pairs) == len(expected), "each pair once"
    assert all(pair.reasons == reasons_of(pair.first, pair.second) for pair in pairs)


@given(ROWS, ROWS)
def test_reasons_do_not_depend_on_the_order(one, other):
    assert reasons_of(one, other) == reasons_of(other, one)


@given(CODES, st.integers(0, 15), st.sampled_from(ALPHABET))
def test_one_mistyped_character_is_found_at_its_place(code, place, character):
    typed = code[:place] + character + code[place + 1 :]

    assert mistyped_place(code, typed) == (place + 1 if typed != code else None)


@pytest.mark.parametrize(
    ("first", "second", "reason"),
    [
        (named("四川（绵阳）国禹有限公司"), named("四川绵阳国禹 有限责任公司", serial=9000), "名称只差括号"),
        (named("示例水利", serial=1), named("示例水利", serial=9000), "名称相同"),
        (
            named("甲公司", serial=1, head="张三", phone="0816-2345678"),
            named("乙公司", serial=9000, head="张三", phone="08162345678"),
            "法定代表人和联系电话相同",
        ),
        (named("国禹", serial=1), named("四川国禹", serial=2), "信用代码只差第16位"),
        (
            named("甲公司", uscc=fictitious_uscc(5)),
            named("乙公司", uscc=fictitious_uscc(5, division="510722")),
            "主体标识码（第9至17位）相同",
        ),
    ],
)
def test_what_is_suspected_says_why(first, second, reason):
    assert any(reason in text for text in reasons_of(first, second))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        # consecutive codes alone say nothing
        (named("示例一号公司", serial=1), named("示例二号公司", serial=2)),
        (named("甲公司", serial=1, head="张三"), named("乙公司", serial=9000, head="张三")),
        (named("甲公司", serial=1, phone="1"), named("乙公司", serial=9000, phone="1")),
        (named("甲公司", serial=1), named("乙公司", serial=9000)),
    ],
)
def test_what_proves_nothing_is_not_suspected(first, second):
    assert reasons_of(first, second) == ()
