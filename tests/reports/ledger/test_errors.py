"""Every kind of error, each at its cell and with a remedy; and all of them in one pass."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from projects.models import MonthlyReturn, Project, SupervisionBody
from reports.enums import BatchState
from reports.ledger.sheets import LEDGER
from tenancy.scope import Scope
from tests import factories
from tests.cast import AT
from tests.reports.ledger.samples import (
    BUILDER,
    ENGINEER,
    OWNER,
    base,
    day,
    edited,
    errors,
    load,
    needed,
    only,
    place,
    sentences,
    small,
    title,
)

CELL_ERRORS = [
    pytest.param("projects", "name", None, "必填", "工程全称", id="blank required cell"),
    pytest.param("projects", "name", "大" * 201, "超过200个字", "缩短", id="too long"),
    pytest.param("projects", "name", "示例\n工程", "换行", "一行", id="line break"),
    pytest.param("projects", "name", "示例\u202e工程", "不可见", "", id="bidi control"),
    pytest.param("projects", "name", "示例\u200b工程", "不可见", "", id="zero width"),
    pytest.param("projects", "name", dt.date(2023, 1, 1), "日期", "文本", id="text turned into a date"),
    pytest.param("projects", "code", 1.5, "小数", "文本", id="code turned into a fraction"),
    pytest.param("projects", "code", 1234567890123456789, "15位", "文本", id="code lost its digits"),
    pytest.param("projects", "jurisdiction", "成都市", "县区不存在", "", id="another city's county"),
    pytest.param("projects", "jurisdiction", "三合县", "县区不存在", "三台县", id="misspelt county"),
    pytest.param("projects", "category", "水库除险", "可选", "水库除险加固", id="unknown choice"),
    pytest.param(
        "projects", "approved_estimate_wan_yuan", "28万元", "单位", "应填“28”", id="amount with unit"
    ),
    pytest.param(
        "projects", "approved_estimate_wan_yuan", "1.2亿元", "单位", "应填“12000”", id="amount in yi"
    ),
    pytest.param("projects", "approved_estimate_wan_yuan", "约20", "不是数字", "只填数字", id="not a number"),
    pytest.param("projects", "approved_estimate_wan_yuan", "NaN", "不是数字", "", id="NaN"),
    pytest.param("projects", "approved_estimate_wan_yuan", 1e308, "过大", "", id="1e308"),
    pytest.param("projects", "approved_estimate_wan_yuan", -3, "不能小于", "", id="negative"),
    pytest.param("projects", "approved_estimate_wan_yuan", 0, "大于0", "", id="model's own check"),
    pytest.param("projects", "approved_estimate_wan_yuan", 1.234, "小数超过2位", "", id="too many decimals"),
    pytest.param("projects", "approved_duration_days", 3.5, "不是整数", "", id="not whole"),
    pytest.param("projects", "approved_duration_days", "三百天", "不是数字", "", id="number in words"),
    pytest.param("projects", "started_on", "2023-02-30", "没有这一天", "", id="impossible day"),
    pytest.param("projects", "started_on", "去年三月", "不是日期", "2023-09-01", id="not a date"),
    pytest.param("projects", "started_on", "44:00", "不是日期", "", id="a time"),
    pytest.param("projects", "started_on", dt.time(4, 0), "没有日期", "", id="Excel time"),
    pytest.param("projects", "started_on", "1823-03-01", "1990", "", id="wrong century"),
    pytest.param("projects", "started_on", None, "开工日期", "", id="under way without a start"),
    pytest.param("projects", "finished_on", day(3, 9), "早于开工", "", id="finish before start"),
    pytest.param("projects", "progress_percent", 101, "0至100", "", id="over 100 percent"),
    pytest.param("projects", "is_key_object", "对", "“是”或“否”", "", id="not yes or no"),
    pytest.param("projects", "legal_person", BUILDER[:-1] + "A", "校验", "", id="check character"),
    pytest.param("projects", "legal_person", BUILDER[:-1], "18位", "", id="17 characters"),
    pytest.param("organizations", "uscc", "9151070OTEMP000139", "数字0", "", id="letter O"),
    pytest.param("units", "organization", "91510700TEMP00HHX", "", "", id="not a code"),
    pytest.param("units", "section", "S9", "不存在", "标段", id="unknown section"),
    pytest.param("month_plans", "month", 2023.1, "1月还是10月", "2023-09", id="month as a fraction"),
    pytest.param("month_plans", "month", dt.date(2023, 4, 5), "某一天", "2023-04", id="a day for a month"),
    pytest.param("month_plans", "month", "四月", "不是月份", "", id="month in words"),
    pytest.param("returns", "jurisdiction", "绵阳市", "市本级", "", id="the city among counties"),
    pytest.param("returns", "first_submitted_at", "2023-05-04 25:00", "没有这个时间", "", id="hour 25"),
    pytest.param(
        "returns", "accepted_at", dt.datetime(2023, 5, 3), "早于首次报送", "", id="accepted before sent"
    ),
    pytest.param("returns", "reviewer_name", "演示甲", "同一人", "另一人", id="filler reviews"),
    pytest.param("findings", "catalogue_item", "XX-999", "问题清单", "", id="unknown catalogue code"),
    pytest.param("findings", "inspection", "JC-2", "不是这个工程", "", id="inspection of another project"),
    pytest.param("findings", "inspection", "JC-9", "不存在", "监督检查", id="unknown inspection"),
    pytest.param("findings", "closed_on", day(4, 17), "早于发现", "", id="closed before found"),
    pytest.param("findings", "closed_on", None, "销号日期", "", id="closed without a date"),
    pytest.param("findings", "role", "监理单位", "参建", "参建单位", id="unit in another role"),
    pytest.param("findings", "due_on", day(5, 7), "早于原整改期限", "", id="term before the first term"),
    pytest.param("evidence", "sha256", "ab" * 31, "64位", "", id="short digest"),
    pytest.param("evidence", "finding", None, "哪个问题或检查", "", id="evidence of nothing"),
    pytest.param("letters", "reasons", "{坏", "JSON", "", id="broken JSON line"),
    pytest.param("notices", "closed_on", day(5, 1), "已办结", "", id="closed date on an open notice"),
    pytest.param("extensions", "new_due_on", day(6, 1), "不一致", "", id="extension against the finding"),
    pytest.param("replies", "replied_on", day(4, 1), "早于问题的发现", "", id="reply before finding"),
    pytest.param("red_line_facts", "red_line", "R99", "没有这个红线", "R1（", id="unknown red line"),
    pytest.param("adjustments", "item", "Q1", "没有这个加减分项", "P1（", id="unknown adjustment"),
    pytest.param("lines", "project", "P-3", "不在这个县区", "", id="line of another county's project"),
    pytest.param("notice_findings", "finding", "WT-9", "不存在", "", id="unknown finding"),
    pytest.param("clues", "transferred_on", None, "同时填写", "", id="receiver without a date"),
]


@pytest.mark.parametrize(("sheet", "column", "value", "wrong", "right"), CELL_ERRORS)
def test_error_is_told_at_its_cell(
    scope: Scope, sheet: str, column: str, value: Any, wrong: str, right: str
) -> None:
    address = place(sheet, column)

    def plant(book) -> None:
        book[title(sheet)][address].value = value

    batch = load(edited(needed(sheet), plant))

    assert batch.state == BatchState.REFUSED
    told = [e for e in batch.errors if (e["sheet"], e["cell"]) == (title(sheet), address)]
    assert told, sentences(batch)
    assert any(wrong in e["wrong"] and right in e["right"] for e in told), sentences(batch)
    assert all(e["wrong"] and e["right"] for e in batch.errors)
    assert Project.objects.count() == 0


READ_RIGHTLY = [
    pytest.param("started_on", "2023.3.10", day(3, 10), id="dots"),
    pytest.param("started_on", "2023年3月10日", day(3, 10), id="Chinese"),
    pytest.param("started_on", "2023/3/10", day(3, 10), id="slashes"),
    pytest.param("started_on", "２０２３－０３－１０", day(3, 10), id="full width"),
    pytest.param("started_on", 44995, day(3, 10), id="serial number"),
    pytest.param("started_on", "44995", day(3, 10), id="serial number as text"),
    pytest.param("started_on", 20230310, day(3, 10), id="compact"),
    pytest.param("approved_estimate_wan_yuan", "８５．５", 85.5, id="full-width number"),
    pytest.param("approved_estimate_wan_yuan", "1,234.50", 1234.5, id="thousands"),
    pytest.param("approved_estimate_wan_yuan", 0.1 + 0.2, 0.3, id="noise of floating point"),
    pytest.param("progress_percent", "45.5%", 45.5, id="percent sign"),
    pytest.param("progress_percent", -0.0, 0, id="minus zero"),
    pytest.param("approved_duration_days", 360.0, 360, id="whole float"),
    pytest.param("code", "ｐ-１", "P-1", id="full-width code"),
    pytest.param("category", "RESERVOIR_NEW", "RESERVOIR_NEW", id="stored code of a choice"),
    pytest.param("is_key_object", True, True, id="Excel's own TRUE"),
    pytest.param("name", "  示例工程  ", "示例工程", id="outer blanks"),
    pytest.param("name", "北川𬭎𪚥·示例", "北川𬭎𪚥·示例", id="rare characters"),
]


@pytest.mark.parametrize(("column", "typed", "read"), READ_RIGHTLY)
def test_what_people_type_is_read_rightly(scope: Scope, column: str, typed: Any, read: Any) -> None:
    def plant(book) -> None:
        cell = book["工程项目"][place("projects", column)]
        cell.value, cell.number_format = typed, "General"

    batch = load(edited({**only("organizations"), "projects": only("projects")["projects"][:1]}, plant))

    assert sentences(batch) == []
    assert (
        float(getattr(Project.objects.get(), column)) == read
        if isinstance(read, float)
        else (getattr(Project.objects.get(), column) == read)
    )


def test_percent_format_is_read_as_shown(scope: Scope) -> None:
    def plant(book) -> None:
        cell = book["工程项目"][place("projects", "progress_percent")]
        cell.value, cell.number_format = 0.925, "0.0%"

    load(edited(only("organizations", "projects"), plant))

    assert Project.objects.get(code="P-1").progress_percent == 92.5


@pytest.mark.parametrize("mark", ["510722", "三台县", "三台"])
def test_county_by_code_or_name(scope: Scope, mark: str) -> None:
    from tenancy.models import Jurisdiction

    known = Jurisdiction.objects.get(code="510722")
    mark = {"三台": known.short_name}.get(mark, mark)

    load({"bodies": [{"jurisdiction": mark, "year": 2023, "confirmed_on": day(1, 1)}]})

    assert SupervisionBody.objects.get().jurisdiction_id == known.id


# Structure of sheets.


def test_structure_errors_are_told_together(scope: Scope) -> None:
    def spoil(book) -> None:
        book.create_sheet("备忘")
        page = book["工程项目"]
        page["A1"] = "工程代号"
        page["C1"] = page["B1"].value
        page.cell(row=3, column=40, value="多余")
        book["单位"].merge_cells("B2:B3")
        book["标段"].delete_rows(1)

    batch = load(edited(only("organizations", "projects", "sections"), spoil))

    told = "\n".join(sentences(batch))
    for part in (
        "没有这种表",
        "没有这一列",
        "表头重复",
        "缺少必填的列：工程编号",
        "这一列没有表头",
        "合并单元格",
    ):
        assert part in told, told
    assert ("工程项目", "A1") in errors(batch)
    assert ("工程项目", "AN3") in errors(batch)
    assert ("单位", "B2") in errors(batch)


def test_order_of_columns_and_sheets_is_free(scope: Scope) -> None:
    def shuffle(book) -> None:
        page = book["单位"]
        for row in page.iter_rows(min_col=1, max_col=3):
            row[0].value, row[2].value = row[2].value, row[0].value
        book.move_sheet("单位", 5)

    assert sentences(load(edited(only("organizations", "projects"), shuffle))) == []


def test_hidden_rows_are_read_and_said(scope: Scope) -> None:
    def hide(book) -> None:
        book["工程项目"].row_dimensions[3].hidden = True

    batch = load(edited(only("organizations", "projects"), hide))

    assert Project.objects.count() == 3
    assert batch.counts["remarks"] == ["“工程项目”表有1个隐藏行，已按普通行读取。"]


def test_formula_is_refused_with_its_cell(scope: Scope) -> None:
    def plant(book) -> None:
        book["工程项目"][place("projects", "approved_duration_days")] = "=300+60"

    batch = load(edited(only("organizations", "projects"), plant))

    assert errors(batch) == {("工程项目", place("projects", "approved_duration_days"))}
    assert "数值" in batch.errors[0]["right"]


def test_doubles_in_the_workbook_name_the_first_row(scope: Scope) -> None:
    rows = only("organizations", "projects")
    rows["projects"].append({**rows["projects"][0], "name": "另一工程"})

    batch = load(rows)

    assert errors(batch) == {("工程项目", place("projects", "code", 5))}
    assert "第2行" in batch.errors[0]["wrong"]


def test_unique_beside_the_key_is_told(scope: Scope) -> None:
    load(base())
    rows = {"projects": [{**only("projects")["projects"][0], "code": "P-7"}]}

    batch = load(rows)

    assert errors(batch) == {("工程项目", place("projects", "name"))}
    assert "同名" in batch.errors[0]["wrong"]


def test_swapped_names_are_told_instead_of_colliding(scope: Scope) -> None:
    load(base())
    rows = only("projects")
    rows["projects"][0]["name"], rows["projects"][1]["name"] = (
        rows["projects"][1]["name"],
        rows["projects"][0]["name"],
    )

    batch = load(rows)

    assert errors(batch) == {("工程项目", place("projects", "name", n)) for n in (2, 3)}


def test_unit_with_several_sections_wants_the_section(scope: Scope) -> None:
    rows = base(key_people=only("key_people")["key_people"])
    rows["units"].append({**rows["units"][1], "section": "S2"})

    batch = load(rows)

    assert errors(batch) == {("主要管理人员", place("key_people", "role"))}
    assert "标段编号" in batch.errors[0]["right"]


def test_legal_person_unit_must_be_the_projects(scope: Scope) -> None:
    rows = base()
    rows["units"][0]["organization"] = ENGINEER

    assert errors(load(rows)) == {("参建单位", place("units", "organization"))}


def test_builder_cannot_supervise_itself(scope: Scope) -> None:
    rows = base()
    rows["units"][2]["organization"] = BUILDER

    assert errors(load(rows)) == {("参建单位", place("units", "role", n)) for n in (3, 4)}


def test_county_must_agree_with_the_project(scope: Scope) -> None:
    rows = base(bidding_checks=[{**only("bidding_checks")["bidding_checks"][0], "project": "P-3"}])

    assert errors(load(rows)) == {("招投标核查", place("bidding_checks", "jurisdiction"))}

    rows["bidding_checks"][0].update(project=None, jurisdiction=None)
    batch = load(rows)
    assert errors(batch) == {("招投标核查", place("bidding_checks", "jurisdiction"))}
    assert "看不出属于哪个县区" in batch.errors[0]["wrong"]


# What is frozen.


def test_submitted_version_never_changes(scope: Scope) -> None:
    load(small())
    rows = only("returns", "versions", "lines")
    rows["versions"][0]["header__projects_under_way"] = 3
    rows["lines"][0]["unit_count"] = 4
    rows["lines"].append({**rows["lines"][0], "project": "P-2"})

    batch = load(rows)

    assert errors(batch) == {
        ("月报版本", place("versions", "number")),
        ("月报工程明细", place("lines", "version_number")),
        ("月报工程明细", place("lines", "version_number", 3)),
    }


def test_frozen_return_takes_no_change_and_no_version(scope: Scope) -> None:
    load(small())
    MonthlyReturn.objects.update(state="FROZEN")
    rows = only("returns", "versions")
    rows["versions"].append({**rows["versions"][0], "number": 2})

    batch = load(rows)

    assert errors(batch) == {
        ("县级月报", place("returns", "month", 2)),
        ("县级月报", place("returns", "month", 3)),
        ("月报版本", place("versions", "month", 3)),
    }


def test_import_cannot_freeze_a_return(scope: Scope) -> None:
    load(small())
    rows = only("returns")
    rows["returns"][0]["state"] = "FROZEN"

    assert errors(load(rows)) == {("县级月报", place("returns", "state"))}


def test_closed_month_is_a_remark_not_an_error(scope: Scope) -> None:
    load(small())
    factories.score_run(month=dt.date(2023, 4, 1), computed_at=AT)
    rows = only("findings")
    rows["findings"][0]["closed_on"] = day(4, 30)

    batch = load(rows)

    assert batch.state == BatchState.IMPORTED
    assert len(batch.counts["remarks"]) == 1
    assert "“问题”表有1行的日期在2023年4月，该月已月结" in batch.counts["remarks"][0]


def test_unknown_to_the_database_is_wrong_in_the_ledger(scope: Scope) -> None:
    rows = needed("tests") | needed("findings")
    rows["findings"][0]["original_due_on"] = None
    rows["tests"][0]["reported_on"] = None

    assert errors(load(rows)) == {
        ("问题", place("findings", "due_on")),
        ("监督检测", place("tests", "reported_on")),
    }


# The duty sheet.


def _duty(city_points: dict[str, Any] | None = None) -> dict[str, list[dict[str, Any]]]:
    from reports.ledger.rubrics import Rubrics

    rubric = Rubrics().on(day(4, 26))
    assert rubric is not None
    assert rubric.duty is not None
    lines = [
        {"duty_inspection": "LZ-1", "section": s.id, "name": i.name, "max_points": i.max, "points": i.max}
        for s in rubric.duty.sections
        for i in s.items
    ]
    head = {
        "number": "LZ-1",
        "jurisdiction": "三台县",
        "inspected_on": day(4, 20),
        "concluded_on": day(4, 26),
        "leader_name": "演示己",
    }
    return {"duty_inspections": [head], "duty_items": lines}


def test_full_duty_sheet_is_taken(scope: Scope) -> None:
    assert sentences(load(_duty())) == []


def test_duty_sheet_must_be_the_rubrics(scope: Scope) -> None:
    rows = _duty()
    rows["duty_items"][0]["points"] = 1
    rows["duty_items"][1]["max_points"] = 99
    rows["duty_items"][2]["name"] = "不存在的项"
    last = len(rows["duty_items"])
    missing = rows["duty_items"].pop()

    batch = load(rows)

    assert errors(batch) == {
        ("履职检查", place("duty_inspections", "number")),
        ("履职检查评分", place("duty_items", "fact", 2)),
        ("履职检查评分", place("duty_items", "max_points", 3)),
        ("履职检查评分", place("duty_items", "fact", 3)),
        ("履职检查评分", place("duty_items", "name", 4)),
    }
    assert missing["name"] in "".join(sentences(batch))
    assert last > 20


# All of them in one pass.

_PLANTS: list[tuple[str, str, Any]] = [
    ("organizations", "name", None),
    ("organizations", "kind", "个体"),
    ("projects", "approved_estimate_wan_yuan", "28万元"),
    ("projects", "grade", "一\u202e等"),
    ("projects", "plaque_on", "2023-13-01"),
    ("projects", "approved_duration_days", -1),
    ("projects", "progress_percent", 250),
    ("sections", "award_price_wan_yuan", "=1+1"),
    ("sections", "ends_on", "不日"),
    ("units", "valid_to", "不详"),
    ("units", "qualification", "甲" * 81),
    ("key_works", "kind", "隐蔽"),
    ("registrations", "registered_on", None),
    ("attendances", "rate_percent", 100.5),
    ("trainings", "attendee_count", "若干"),
    ("returns", "nil_signed_on", "昨天"),
    ("versions", "submitted_at", "下午"),
    ("remarks", "kind", "其它"),
    ("filings", "due_on", dt.date(2023, 1, 1)),
    ("acceptances", "held_on", dt.date(2023, 1, 1)),
    ("inspections", "kind", "抽查"),
    ("officers", "role", "专家"),
    ("aspects", "is_checked", "未"),
    ("findings", "severity", "特别严重"),
    ("findings", "text", None),
    ("findings", "catalogue_item", "NO-1"),
    ("evidence", "sha256", "xyz"),
    ("tests", "batch_count", 0),
    ("bidding_checks", "matter", "别的"),
    ("replies", "measure", None),
    ("rechecks", "has_passed", None),
    ("clues", "identified_on", "2023.2.30"),
    ("accidents", "grade", "大"),
    ("adjustments", "count", 0),
]
PLANTS = [(s, c, v) for s, c, v in _PLANTS if c in LEDGER.by_name[s].by_name]


@given(chosen=st.sets(st.integers(0, len(PLANTS) - 1), min_size=1, max_size=8))
@settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_exactly_the_planted_errors_are_reported(scope: Scope, chosen: set[int]) -> None:
    planted = [PLANTS[index] for index in chosen]

    def plant(book) -> None:
        for sheet, column, value in planted:
            book[title(sheet)][place(sheet, column)].value = value

    batch = load(edited(small(), plant))

    assert errors(batch) == {(title(sheet), place(sheet, column)) for sheet, column, _ in planted}
    assert batch.error_count == len(planted)


def test_bad_number_of_a_parent_is_told_with_what_hangs_on_it(scope: Scope) -> None:
    rows = base(attendances=only("attendances")["attendances"])

    def plant(book) -> None:
        book["单位"][place("organizations", "uscc")].value = OWNER[:-1] + "T"

    batch = load(edited(rows, plant))

    told = errors(batch)
    assert ("单位", place("organizations", "uscc")) in told
    assert {cell for sheet, cell in told if sheet == "参建单位"} == {
        place("units", "organization", n) for n in (3, 5)
    }
