"""The rules of a return's fields: parsing, cross-checks, completeness, timing."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.workdays import Calendar
from projects.enums import ProjectStatus
from projects.models import ReturnLine
from projects.rules.returns import (
    HEADER_FIELDS,
    LINE_FIELD,
    REQUIRED_FIELDS,
    RETURN_FIELDS,
    Completeness,
    FieldError,
    Timing,
    TimingKind,
    check_line,
    completeness,
    field_rules_json,
    field_text,
    parse_field,
    timing,
)

FIELDS = st.sampled_from([*RETURN_FIELDS, *HEADER_FIELDS])
AMOUNTS = st.none() | st.decimals(0, 10**6, places=2)
VALUES = st.fixed_dictionaries(
    {
        "status": st.sampled_from(["", *ProjectStatus.values]),
        "progress_percent": st.none() | st.decimals(0, 100, places=2),
        "invested_wan_yuan": AMOUNTS,
        "award_price_wan_yuan": AMOUNTS,
        "started_on": st.none() | st.dates(dt.date(2020, 1, 1), dt.date(2025, 1, 1)),
        "planned_finish_on": st.none() | st.dates(dt.date(2020, 1, 1), dt.date(2025, 1, 1)),
        "finished_on": st.none() | st.dates(dt.date(2020, 1, 1), dt.date(2025, 1, 1)),
        "decrease_reason": st.sampled_from(["", "设计变更"]),
        "commitments_due": st.none() | st.integers(0, 9),
        "commitments_signed": st.none() | st.integers(0, 9),
        "attendance_percent": st.none() | st.decimals(0, 100, places=2),
    }
)


def errors(values, previous=None, register=None, **more):
    found = check_line(values, previous, register, **more)
    return {problem.field for problem in found if problem.level == "error"}


def warnings(values, previous=None, register=None):
    return {p.field for p in check_line(values, previous, register) if p.level == "warn"}


def test_the_table_is_the_models_fields_with_their_bounds():
    columns = {field.name: field for field in ReturnLine._meta.concrete_fields}
    assert {*LINE_FIELD} == {*columns} - {"id", "city", "jurisdiction", "version", "project"}
    assert LINE_FIELD["status"].choices == tuple(ProjectStatus.choices)
    assert [field.label for field in REQUIRED_FIELDS] == [
        "中标价",
        "批复工期",
        "参建单位数",
        "主要管理人员数",
        "重要隐蔽、关键部位数",
        "监督手续编号",
    ]
    for field in RETURN_FIELDS:
        assert columns[field.name].verbose_name in (field.title, field.label)
        if field.max_length:
            assert columns[field.name].max_length == field.max_length
    assert len(HEADER_FIELDS) == 21


@given(FIELDS, st.text(max_size=80))
def test_parsing_never_crashes_and_what_it_gives_reads_back_the_same(field, text):
    said = ""
    try:
        value = parse_field(field, text)
    except FieldError as error:
        said = str(error)
    if said:
        assert said.startswith(f"“{field.title}”")
        assert said.endswith("。")
    else:
        assert parse_field(field, field_text(field, value)) == value


@given(st.decimals(0, 100, places=2))
def test_every_percentage_reads_back(value):
    field = LINE_FIELD["progress_percent"]
    assert parse_field(field, field_text(field, value)) == value


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("award_price_wan_yuan", "１，２３４．５", Decimal("1234.5")),
        ("award_price_wan_yuan", "3,862.50", Decimal("3862.5")),
        ("started_on", "2023年9月5日", dt.date(2023, 9, 5)),
        ("started_on", "2023/9/5", dt.date(2023, 9, 5)),
        ("status", "在建", "UNDER_WAY"),
        ("status", "UNDER_WAY", "UNDER_WAY"),
        ("key_work_count", "0", 0),
        ("note", "  进展正常 ", "进展正常"),
        ("note", " ", ""),
        ("unit_count", "", None),
    ],
)
def test_what_people_write(name, text, value):
    assert parse_field(LINE_FIELD[name], text) == value


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("award_price_wan_yuan", "3862.5万", "应填数字，“3862.5万”不是数字"),
        ("award_price_wan_yuan", "0", "应在0.01至"),
        ("award_price_wan_yuan", "1.005", "最多2位小数"),
        ("progress_percent", "101", "应在0至100之间"),
        ("progress_percent", "-1", "应在0至100之间"),
        ("unit_count", "1.5", "应填整数"),
        ("unit_count", "9" * 5000, "不是整数"),
        ("started_on", "2023-02-30", "不是日期"),
        ("started_on", "1023-02-03", "1990年至2100年"),
        ("status", "建设中", "请从“拟建、在建、停工、完工、竣工验收”中选择"),
        ("registration_number", "Z" * 61, "最多60个字"),
        ("note", "一行\n两行", "看不见的字符或换行"),
    ],
)
def test_what_is_refused_names_field_value_and_remedy(name, text, said):
    with pytest.raises(FieldError, match=r"。$") as refused:
        parse_field(LINE_FIELD[name], text)
    assert said in str(refused.value)


def test_the_browser_gets_the_same_bounds_and_sentences():
    rules = field_rules_json()
    price = next(rule for rule in rules["line"] if rule["name"] == "award_price_wan_yuan")
    assert (price["min"], price["places"], price["required"]) == ("0.01", 2, True)
    said = price["sentences"]["kind"].replace("{value}", "甲")
    with pytest.raises(FieldError) as refused:
        parse_field(LINE_FIELD["award_price_wan_yuan"], "甲")
    assert str(refused.value) == said
    assert len(rules["header"]) == 21


@given(VALUES, st.none() | VALUES)
def test_progress_and_investment_never_fall_without_a_reason(values, previous):
    for name in ("progress_percent", "invested_wan_yuan"):
        now, before = values[name], (previous or {}).get(name)
        fell = now is not None and before is not None and now < before
        sentences = [
            p.sentence for p in check_line(values, previous, None) if p.field == name and p.level == "error"
        ]
        assert bool([s for s in sentences if "减少" in s]) == (fell and not values["decrease_reason"])


@given(VALUES, st.none() | VALUES, st.none() | AMOUNTS)
def test_checks_name_known_fields_in_full_sentences(values, previous, estimate):
    register = {"approved_estimate_wan_yuan": estimate}
    for problem in check_line(values, previous, register, month_last=dt.date(2023, 9, 30)):
        assert problem.field in LINE_FIELD
        assert problem.level in ("error", "warn")
        assert problem.sentence.endswith("。")


def test_each_check():
    march, may = dt.date(2023, 3, 1), dt.date(2023, 5, 1)
    assert errors({"started_on": may, "finished_on": march}) == {"finished_on"}
    assert errors({"started_on": may, "planned_finish_on": march}) == {"planned_finish_on"}
    assert errors({"progress_percent": Decimal(5)}) == {"started_on"}
    assert errors({"status": "UNDER_WAY"}) == {"started_on"}
    assert errors({"status": "PLANNED", "progress_percent": Decimal(5), "started_on": march}) == {"status"}
    assert errors({"started_on": may}, month_last=march) == {"started_on"}
    assert errors({"commitments_due": 2, "commitments_signed": 3}) == {"commitments_signed"}
    estimate = {"approved_estimate_wan_yuan": Decimal(10)}
    assert warnings({"award_price_wan_yuan": Decimal(11)}, None, estimate) == set()
    assert warnings({"award_price_wan_yuan": Decimal("11.01")}, None, estimate) == {"award_price_wan_yuan"}
    assert warnings({"invested_wan_yuan": Decimal("10.01")}, None, estimate) == {"invested_wan_yuan"}
    assert warnings({"attendance_percent": Decimal("79.99")}) == {"attendance_percent"}
    assert warnings({"status": "COMPLETED", "started_on": march}) == {"finished_on"}
    more = {"progress_percent": Decimal(50), "invested_wan_yuan": Decimal(9), "started_on": march}
    assert warnings(more, {**more, "progress_percent": Decimal(40)}) == {"invested_wan_yuan"}
    assert check_line({}, None, None) == []


def test_completeness_counts_zero_as_an_answer_only_where_it_is_one():
    full = {
        "award_price_wan_yuan": Decimal(1),
        "approved_duration_days": 1,
        "unit_count": 1,
        "key_person_count": 1,
        "key_work_count": 0,
        "registration_number": "未办理",
    }
    assert completeness([full, {**full, "unit_count": 0, "registration_number": ""}]) == Completeness(10, 12)
    assert completeness([]).percent is None
    assert completeness([full] * 1999 + [{**full, "unit_count": 0}]).percent == Decimal("99.9")


CALENDAR = Calendar.shipped()
DUE = dt.date(2023, 10, 7)


def stands(day=None, *, today=dt.date(2023, 10, 7), is_nil=False, due=DUE):
    return timing(due_on=due, first_submitted_on=day, is_nil=is_nil, today=today, calendar=CALENDAR)


def test_four_facts_and_the_term_that_runs():
    assert stands() == Timing(TimingKind.PENDING)
    assert stands(today=dt.date(2023, 10, 10)) == Timing(TimingKind.MISSING, 3)
    assert stands(dt.date(2023, 10, 7)) == Timing(TimingKind.TIMELY)
    # Monday the 9th: Sunday the 8th is a working day in lieu
    assert stands(dt.date(2023, 10, 9)) == Timing(TimingKind.LATE, 2)
    assert stands(dt.date(2023, 10, 9)).label == "迟报 2 个工作日"
    assert stands(dt.date(2023, 10, 6), is_nil=True) == Timing(TimingKind.NIL)
    assert stands(dt.date(2023, 10, 9), is_nil=True).label == "零报告，迟报 2 个工作日"
    assert stands(dt.date(2023, 10, 6), due=None) == Timing(TimingKind.FILED)
    assert stands(due=None) == Timing(TimingKind.PENDING)
