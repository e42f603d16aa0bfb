"""Small ledgers that are right, for tests to bend."""

from __future__ import annotations

import copy
import datetime as dt
from io import BytesIO
from typing import Any

import openpyxl

from core.uscc import fictitious_uscc
from reports.ledger.batches import import_workbook
from reports.ledger.sheets import LEDGER
from reports.ledger.workbook import write_ledger
from reports.models import ImportBatch
from tests.cast import AT

BUILDER, OWNER, ENGINEER, LAB = (fictitious_uscc(number) for number in (901, 902, 903, 904))
SHANGHAI = dt.timezone(dt.timedelta(hours=8))
Rows = dict[str, list[dict[str, Any]]]


def day(month: int, number: int) -> dt.date:
    return dt.date(2023, month, number)


def moment(month: int, number: int, hour: int = 10) -> dt.datetime:
    return dt.datetime(2023, month, number, hour, 30, tzinfo=SHANGHAI)


def _unit(uscc: str, role: str, project: str = "P-1", **more: Any) -> dict[str, Any]:
    return {"project": project, "organization": uscc, "role": role, **more}


def _finding(number: str, **more: Any) -> dict[str, Any]:
    return {
        "number": number,
        **_unit(BUILDER, "CONTRACTOR"),
        "inspection": "JC-1",
        "catalogue_item": "FM-001",
        "kind": "MANAGEMENT_VIOLATION",
        "severity": "SERIOUS",
        "text": f"施工日志记录不完整（{number}）",
        "found_on": day(4, 18),
        "found_by_level": "COUNTY",
        "state": "CLOSED",
        "original_due_on": day(5, 8),
        "due_on": day(5, 8),
        "closed_on": day(5, 6),
        **more,
    }


SMALL: Rows = {
    "organizations": [
        {"uscc": BUILDER, "name": "示例一号水利工程有限公司", "kind": "FIRM"},
        {"uscc": OWNER, "name": "示例工程建设管理处", "kind": "INSTITUTION"},
        {"uscc": ENGINEER, "name": "示例监理有限公司", "kind": "FIRM"},
        {"uscc": LAB, "name": "=示例检测有限公司", "kind": "FIRM"},
    ],
    "projects": [
        {
            "code": f"P-{number}",
            "name": f"示例{number}号水库除险加固工程",
            "jurisdiction": county,
            "supervision_level": "COUNTY",
            "category": "RESERVOIR_REINFORCEMENT",
            "nature": "REINFORCEMENT",
            "approved_estimate_wan_yuan": "1850.55",
            "legal_person": OWNER,
            "status": "UNDER_WAY",
            "approved_duration_days": 360,
            "started_on": day(3, 10),
            "progress_percent": "45.5",
            "is_key_object": True,
        }
        for number, county in ((1, "三台县"), (2, "三台县"), (3, "平武县"))
    ],
    "sections": [
        {"project": "P-1", "code": code, "name": f"施工{code}标段", "award_price_wan_yuan": 1480}
        for code in ("S1", "S2")
    ],
    "section_progress": [
        {
            "project": "P-1",
            "section": "S1",
            "month": f"2023-{month}",
            "progress_percent": progress,
            "invested_wan_yuan": 400,
            "decrease_reason": reason,
        }
        for month, progress, reason in (("03", 30, ""), ("04", 28, "核减已报的临时工程"))
    ],
    "units": [
        _unit(OWNER, "LEGAL_PERSON"),
        _unit(BUILDER, "CONTRACTOR", section="S1", valid_from=day(3, 1)),
        _unit(ENGINEER, "SUPERVISING_ENGINEER"),
        _unit(BUILDER, "CONTRACTOR", "P-2"),
    ],
    "work_items": [
        {"project": "P-1", "code": "A-FB1", "name": "坝基处理", "level": "DIVISION", "parent": "DW1"},
        {"project": "P-1", "code": "DW1", "name": "大坝", "level": "UNIT_WORK", "element_count": 36},
    ],
    "key_works": [{"project": "P-1", "name": "坝基开挖", "kind": "CONCEALED", "planned_on": day(5, 20)}],
    "registrations": [{"number": "JD-1", "project": "P-1", "registered_on": day(3, 1)}],
    "key_people": [{**_unit(BUILDER, "CONTRACTOR"), "name": "单演示", "post": "项目经理"}],
    "attendances": [{**_unit(BUILDER, "CONTRACTOR"), "month": "2023-04", "rate_percent": "92.5"}],
    "commitments": [
        {**_unit(OWNER, "LEGAL_PERSON"), "person_name": "演示甲", "post": "负责人", "signed_on": day(3, 9)}
    ],
    "bodies": [
        {"jurisdiction": "三台县", "year": 2023, "full_time_supervisors": 4, "confirmed_on": day(1, 15)}
    ],
    "trainings": [
        {
            "number": "PX-1",
            "jurisdiction": "三台县",
            "held_on": day(4, 12),
            "topic": "宣贯",
            "attendee_count": 36,
        }
    ],
    "returns": [
        {
            "jurisdiction": "三台县",
            "month": "2023-04",
            "state": "ACCEPTED",
            "first_submitted_at": moment(5, 4),
            "accepted_at": moment(5, 5),
            "filler_name": "演示甲",
            "reviewer_name": "演示乙",
        },
        {
            "jurisdiction": "平武县",
            "month": "2023-04",
            "state": "SUBMITTED",
            "first_submitted_at": moment(5, 6),
            "reviewer_name": "演示乙",
            "is_nil": True,
            "nil_statement": "本月无在建工程。\n特此报告。",
            "nil_signed_on": day(5, 6),
        },
    ],
    "versions": [
        {
            "jurisdiction": "三台县",
            "month": "2023-04",
            "number": 1,
            "submitted_at": moment(5, 4),
            "header__projects_under_way": 2,
        }
    ],
    "lines": [
        {
            "jurisdiction": "三台县",
            "month": "2023-04",
            "version_number": 1,
            "project": "P-1",
            "award_price_wan_yuan": "1480.00",
            "unit_count": 3,
        }
    ],
    "remarks": [
        {
            "number": "SH-1",
            "jurisdiction": "三台县",
            "month": "2023-04",
            "kind": "FIELD_ERROR",
            "noted_on": day(5, 8),
            "project": "P-1",
            "note": "中标价与合同不符",
        }
    ],
    "legal_person_reports": [
        {"jurisdiction": "三台县", "legal_person": OWNER, "month": "2023-04", "due_on": day(5, 5)}
    ],
    "filing_types": [
        {
            "kind": "DIVISION",
            "label": "分部工程质量评定备查",
            "term_workdays": 15,
            "effective_from": day(1, 1),
        }
    ],
    "filings": [
        {
            "number": "HB-1",
            "project": "P-1",
            "kind": "DIVISION",
            "type": "分部工程质量评定备查",
            "subject": "基础处理分部工程",
            "received_on": day(4, 1),
            "due_on": day(4, 21),
            "reviewed_on": day(4, 15),
            "result": "AGREED",
        }
    ],
    "acceptances": [
        {
            "number": "YS-1",
            "project": "P-1",
            "kind": "DIVISION",
            "subject": "基础处理分部工程",
            "notified_on": day(4, 20),
            "held_on": day(4, 28),
            "is_supervised": True,
        }
    ],
    "defects": [
        {
            "number": "QX-1",
            "project": "P-1",
            "part": "溢洪道",
            "description": "表面裂缝",
            "found_on": day(4, 3),
            "due_on": day(4, 18),
        }
    ],
    "month_plans": [
        {"jurisdiction": "绵阳市", "month": "2023-04", "published_on": day(3, 28), "inspection_count": 5},
        {"jurisdiction": "三台县", "month": "2023-04", "published_on": day(3, 28), "inspection_count": 2},
    ],
    "draws": [
        {
            "number": "CQ-1",
            "jurisdiction": "绵阳市",
            "kind": "PROJECT",
            "drawn_on": day(4, 3),
            "population_count": 3,
            "result_formed_on": day(4, 3),
            "published_on": day(4, 10),
        }
    ],
    "drawn_projects": [{"draw": "CQ-1", "project": "P-1"}],
    "inspections": [
        {
            "number": f"JC-{number}",
            "project": f"P-{number}",
            "draw": "CQ-1" if number == 1 else None,
            "kind": "ROUTINE",
            "organizer_level": "COUNTY",
            "inspected_on": day(4, 18),
        }
        for number in (1, 2)
    ],
    "officers": [
        {"inspection": "JC-1", "name": "演示丙", "role": "OFFICER", "enforcement_id": "ZF-0001"},
        {"inspection": "JC-1", "name": "演示丁", "role": "ASSISTANT"},
    ],
    "aspects": [
        {"inspection": "JC-1", "aspect": "TESTING"},
        {"inspection": "JC-1", "aspect": "FILING", "is_checked": False, "reason": "尚无核备事项"},
    ],
    "findings": [
        _finding("WT-1"),
        _finding("WT-2", state="CONFIRMED", closed_on=None, due_on=day(5, 22), same_fact="同-1"),
        _finding("WT-3", organization=ENGINEER, role=None, same_fact="同-1", text="监理＝日志\u3000不完整"),
    ],
    "evidence": [
        {
            "number": "ZZ-1",
            "finding": "WT-1",
            "kind": "PHOTO",
            "title": "日志照片",
            "sha256": "ab" * 32,
            "taken_at": moment(4, 18),
        },
        {
            "number": "ZZ-2",
            "inspection": "JC-1",
            "kind": "RECORD",
            "title": "检查记录",
            "sha256": "cd" * 32,
            "taken_at": moment(4, 18, 15).replace(microsecond=123456),
        },
    ],
    "tests": [
        {
            "number": "JCE-1",
            "project": "P-1",
            "agency": LAB,
            "organizer_level": "CITY",
            "tested_object": "RAW_MATERIAL",
            "item": "水泥强度",
            "batch_count": 2,
            "sampled_on": day(4, 5),
            "reported_on": day(4, 15),
            "verdict": "PASSED",
            "fee_yuan": "4800.00",
        }
    ],
    "bidding_checks": [
        {
            "number": "ZB-1",
            "jurisdiction": "三台县",
            "matter": "RULES",
            "organizer_level": "CITY",
            "checked_on": day(4, 9),
        }
    ],
    "notices": [
        {
            "number": "ZG-1",
            "project": "P-1",
            "addressee": OWNER,
            "organizer_level": "COUNTY",
            "state": "SERVED",
            "issued_on": day(4, 20),
            "served_on": day(4, 21),
            "due_on": day(5, 8),
        },
        {"number": "ZG-2", "addressee": OWNER, "bidding_check": "ZB-1", "organizer_level": "CITY"},
    ],
    "notice_findings": [{"notice": "ZG-1", "finding": "WT-1", "requirement": "补齐"}],
    "replies": [{"finding": "WT-1", "replied_on": day(5, 4), "measure": "已补齐日志"}],
    "rechecks": [
        {"finding": "WT-1", "rechecked_on": day(5, 6), "has_passed": True, "officer_name": "演示丙"}
    ],
    "extensions": [
        {
            "finding": "WT-2",
            "requested_on": day(5, 5),
            "old_due_on": day(5, 8),
            "new_due_on": day(5, 22),
            "reason": "连续降雨",
            "approved_on": day(5, 6),
            "approved_by_name": "演示戊",
        }
    ],
    "letters": [
        {
            "number": "TX-1",
            "jurisdiction": "三台县",
            "month": "2023-04",
            "reasons": ["闭环率低", {"item": "E", "rate": 0.55}],
            "state": "ISSUED",
            "issued_on": day(5, 11),
        }
    ],
    "interviews": [
        {
            "jurisdiction": "三台县",
            "month": "2023-04",
            "number": "YT-1",
            "triggers": ["履职检查得分68.5分"],
            "state": "HELD",
            "held_at": moment(5, 20),
        }
    ],
    "criticisms": [
        {"jurisdiction": "三台县", "month": "2023-04", "reasons": ["不合格"], "proposed_at": moment(5, 10)}
    ],
    "clues": [
        {
            "number": "XS-1",
            "project": "P-1",
            "organization": BUILDER,
            "finding": "WT-1",
            "kind": "UNLAWFUL_SUBCONTRACTING",
            "organizer_level": "CITY",
            "summary": "疑似违法分包",
            "identified_on": day(4, 25),
            "transferred_on": day(4, 28),
            "receiver": "市水政监察支队",
        },
        {
            "number": "XS-2",
            "jurisdiction": "平武县",
            "kind": "OTHER",
            "organizer_level": "COUNTY",
            "summary": "群众反映",
            "identified_on": day(4, 26),
        },
    ],
    "accidents": [
        {
            "number": "SG-1",
            "project": "P-3",
            "occurred_on": day(4, 30),
            "grade": "ORDINARY",
            "summary": "垮塌",
        }
    ],
    "red_line_facts": [
        {
            "number": "HX-1",
            "jurisdiction": "平武县",
            "month": "2023-04",
            "red_line": "R8",
            "fact": "拒绝检查",
            "basis_document": "情况说明",
        }
    ],
    "adjustments": [
        {
            "number": "JF-1",
            "jurisdiction": "三台县",
            "month": "2023-04",
            "item": "P1",
            "fact": "标准化工地",
            "basis_document": "市函〔2023〕9号",
        }
    ],
}
"""Every sheet but the duty inspections, whose sheet the rubric gives."""


def small(**changes: list[dict[str, Any]]) -> Rows:
    """A copy of the small ledger, some sheets replaced."""
    return {**copy.deepcopy(SMALL), **changes}


def only(*names: str) -> Rows:
    """Some sheets of the small ledger."""
    return {name: copy.deepcopy(SMALL[name]) for name in names}


def needed(name: str) -> Rows:
    """A sheet of the small ledger and everything it stands on."""
    wanted = {name}
    for sheet in reversed(LEDGER.sheets):
        if sheet.name in wanted:
            wanted.update(reference.sheet for reference in sheet.references)
    return only(*(sheet.name for sheet in LEDGER.sheets if sheet.name in wanted))


def base(**more: list[dict[str, Any]]) -> Rows:
    """Organizations, projects, sections and units: what most records stand on."""
    return {**only("organizations", "projects", "sections", "units"), **more}


def stored() -> dict[str, int]:
    """Records of the scope by sheet; a founded city has its types of filings."""
    return {sheet.name: sheet.model.objects.count() for sheet in LEDGER.sheets}


def load(rows: Rows | bytes, *, dry_run: bool = False) -> ImportBatch:
    """Import rows or a whole workbook into the open scope."""
    data = rows if isinstance(rows, bytes) else write_ledger(rows)
    return import_workbook(data=data, file_name="台账.xlsx", dry_run=dry_run, by="测试", at=AT)


def errors(batch: ImportBatch) -> set[tuple[str, str]]:
    """Where the batch found something: (sheet title, cell)."""
    return {(error["sheet"], error["cell"]) for error in batch.errors}


def sentences(batch: ImportBatch) -> list[str]:
    """What the batch found wrong, as one text per error."""
    return [f"{e['sheet']} {e['cell']} {e['wrong']}｜{e['right']}" for e in batch.errors]


def contents(data: bytes) -> dict[str, list[list[Any]]]:
    """Every cell of a workbook."""
    book = openpyxl.load_workbook(BytesIO(data))
    return {page.title: [[cell.value for cell in row] for row in page.iter_rows()] for page in book}


def edited(rows: Rows, change: Any) -> bytes:
    """The workbook of these rows after `change(openpyxl workbook)`."""
    book = openpyxl.load_workbook(BytesIO(write_ledger(rows)))
    change(book)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def place(sheet: str, column: str, row: int = 2) -> str:
    """The address of a column's cell as `write_ledger` lays it out."""
    names = [c.name for c in LEDGER.by_name[sheet].columns]
    return f"{openpyxl.utils.get_column_letter(names.index(column) + 1)}{row}"


def title(sheet: str) -> str:
    return LEDGER.by_name[sheet].title
