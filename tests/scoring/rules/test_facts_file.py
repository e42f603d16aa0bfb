import json
import re
from decimal import Decimal

import pytest

from core.errors import DomainError
from scoring.rules.facts_file import score_file
from tests.scoring.rules.builders import LINE, SHIPPED_TEXT, VECTOR, dump, small_tree

TEXT = dump(small_tree([("L", Decimal("2.5"), {**LINE, "to": [100, Decimal("2.5")]})]))


def entry(facts, county="510722", month="2023-09", **more):
    return {"county": county, "month": month, "facts": facts, **more}


def run(entries, text=TEXT, **options):
    scored = score_file(text, json.dumps(entries), **options)
    return [json.loads(line) for line in scored.lines], scored.notes


def test_the_acceptance_vector_as_the_command_prints_it():
    (found,), notes = run(entry(VECTOR), SHIPPED_TEXT)

    assert list(found) == [
        "county",
        "month",
        "items",
        "earned",
        "available",
        "raw",
        "adjusted",
        "final",
        "grade",
        "status",
        "interview",
        "unqualified",
        "red_lines",
    ]
    assert (found["county"], found["month"]) == ("510722", "2023-09")
    assert found["earned"] == "68.83192640692640692641"
    assert found["available"] == "93.00000000000000000000"
    assert found["raw"] == found["adjusted"] == "74.01282409346925475958"
    assert (found["final"], found["grade"], found["status"]) == ("74.0", "C", "scored")
    assert (found["interview"], found["unqualified"], found["red_lines"]) == (False, False, [])
    assert found["items"][8] == {"id": "C2", "points": "2.33333333333333333333", "max": 3, "na": False}
    assert [item["id"] for item in found["items"] if item["na"]] == ["E5", "F2", "G2"]
    assert notes == ()


def test_every_decimal_has_at_least_ten_significant_digits():
    (found,), _ = run(entry({"x": Decimal("0.001").__float__()}))

    texts = [found[name] for name in ("earned", "available", "raw", "adjusted")]
    texts += [item["points"] for item in found["items"]]
    assert all(re.fullmatch(r"[0-9]+\.[0-9]{20}", text) for text in texts)
    assert found["items"][0]["max"] == 2.5
    assert found["items"][0]["points"] == "0.00002500000000000000"


def test_several_counties_give_one_line_each_in_order():
    found, _ = run([entry({"x": 50}, "甲"), entry({"x": 71}, "乙", "2023-10")])

    assert [(one["county"], one["month"], one["final"]) for one in found] == [
        ("甲", "2023-09", "50.0"),
        ("乙", "2023-10", "71.0"),
    ]


def test_numbers_of_the_file_are_exact():
    exact = score_file(
        TEXT, '{"county": "三台县", "month": "2023-09", "facts": {"x": 69.9499999999999999999999}}'
    )

    assert json.loads(exact.lines[0])["final"] == "69.9"
    assert exact.lines[0].startswith('{"county":"三台县","month":"2023-09","items":[{"id":"L","points":"')


def test_a_county_without_a_score_has_nulls():
    (found,), _ = run(entry({}))

    assert [found[name] for name in ("raw", "adjusted", "final", "grade")] == [None] * 4
    assert found["status"] == "insufficient"


def test_unknown_facts_are_noted_or_with_strict_refused():
    found, notes = run(entry({"x": 50, "y": 1, "R1": True}))

    assert found[0]["final"] == "50.0"
    assert notes == ("510722 2023-09：评分细则没有使用的事实已忽略：y、R1。",)
    with pytest.raises(DomainError, match="事实 y：评分细则中没有任何条款使用它"):
        run(entry({"x": 50, "y": 1}), strict=True)


@pytest.mark.parametrize(
    ("entries", "sentence"),
    [
        (entry({"x": -1}), "事实文件第1个对象（510722 2023-09）：事实 x：应为不小于0的有限数值。"),
        (
            [entry({"x": 1}), entry({"x": True}, "乙")],
            "事实文件第2个对象（乙 2023-09）：事实 x：应为不小于0的有限数值。",
        ),
        (entry({"x": float("nan")}), "事实文件第1个对象（510722 2023-09）：事实 x：应为不小于0的有限数值。"),
        (entry({"x": float("inf")}), "事实文件第1个对象（510722 2023-09）：事实 x：应为不小于0的有限数值。"),
        (entry({"x": None}), "事实文件第1个对象（510722 2023-09）：事实 x：应为不小于0的有限数值。"),
        (entry({"other": "3"}), "事实文件第1个对象（510722 2023-09）：事实 other：应为不小于0的有限数值。"),
        (
            entry({}, month="2023-13"),
            "事实文件第1个对象的month：“2023-13”不是有效的月份，应写成“2023-09”的形式。",
        ),
        (entry({}, month=202309), "事实文件第1个对象的month：应写成“2023-09”的形式。"),
        (entry({}, county=""), "事实文件第1个对象的county：应为非空文字。"),
        (entry({}, county=5), "事实文件第1个对象的county：应为非空文字。"),
        (entry([]), "事实文件第1个对象的facts：应为JSON对象。"),
        ([entry({}), 3], "事实文件第2个对象：应为JSON对象。"),
        ({"county": "a", "month": "2023-09"}, "事实文件第1个对象：缺少“facts”。"),
    ],
)
def test_bad_facts_name_their_place(entries, sentence):
    with pytest.raises(DomainError) as caught:
        run(entries)

    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "事实文件第1行第1列：不是有效的JSON。"),
        ('{"county": "a",\n "month": }', "事实文件第2行第11列：不是有效的JSON。"),
        ('{"county": "a", "county": "b"}', "事实文件：键“county”在同一个对象中重复出现。"),
        ('{"county":"a","month":"2023-09","facts":{"x":1,"x":2}}', "事实文件：键“x”在同一个对象中重复出现。"),
        ("[" * 100_000, "事实文件：嵌套层数过多。"),
        (
            '{"county":"a","month":"2023-09","facts":{"x":1e999999999}}',
            "事实文件第1个对象（a 2023-09）：事实 x：数值超出合理范围。",
        ),
    ],
)
def test_bad_json_names_its_place(text, sentence):
    with pytest.raises(DomainError) as caught:
        score_file(TEXT, text)

    assert str(caught.value) == sentence


def test_extra_keys_of_an_object_are_let_be():
    found, _ = run(entry({"x": 50}, evidence={"x": ["id"]}))

    assert found[0]["final"] == "50.0"


def test_no_county_gives_no_line():
    assert run([]) == ([], ())


def test_a_bad_rubric_is_told_before_the_facts():
    with pytest.raises(DomainError, match=r"^评分细则 顶层：缺少“meta”。$"):
        score_file("categories: []", "not json")
