"""What a record still lacks before the inspection on site may end (handbook §5.3: the fields of the 登记表)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, Protocol

from inspections.rules.record import Record, Row

MIN_OFFICERS: Final = 2
"""行政处罚法第四十二条: not fewer than two officers carry out an inspection and sign for it."""
MAX_NAMED: Final = 5


class Line(Protocol):
    """An item of a checklist: its code, the name of its aspect, whether something is to be measured."""

    @property
    def code(self) -> str: ...

    @property
    def aspect_name(self) -> str: ...

    @property
    def is_measured(self) -> bool: ...


def missing_for_conclusion(record: Record, checklist: Sequence[Line]) -> list[str]:
    """One sentence for each thing that is missing; empty when the inspection may end."""
    return [
        *_header(record),
        *_answers(record, checklist),
        *_measured(record, checklist),
        *_findings(record),
        *_rows(record),
        *_people(record),
    ]


def _header(record: Record) -> list[str]:
    entered, left = record.header.moment("entered_at"), record.header.moment("left_at")
    missing = [
        sentence
        for sentence, value in (("没有记到场时间。", entered), ("没有记离场时间。", left))
        if value is None
    ]
    if entered and left and left < entered:
        missing.append("离场时间早于到场时间。")
    return missing


def _named(codes: Sequence[str]) -> str:
    return "、".join(codes[:MAX_NAMED]) + ("等" if len(codes) > MAX_NAMED else "")


def _answers(record: Record, checklist: Sequence[Line]) -> list[str]:
    missing = []
    for aspect in dict.fromkeys(line.aspect_name for line in checklist):
        codes = [line.code for line in checklist if line.aspect_name == aspect]
        open_codes = [code for code in codes if not _answer(record, code)]
        if open_codes:
            missing.append(f"“{aspect}”还有 {len(open_codes)} 项没有回答：{_named(open_codes)}。")
    answered = [line.code for line in checklist if _answer(record, line.code)]
    bare = [
        code for code in answered if _answer(record, code) == "NA" and not record.answers[code].text("reason")
    ]
    if bare:
        missing.append(f"答“不适用”没有写原因：{_named(bare)}。")
    recorded = {row.text("checklist_code") for row in record.findings}
    silent = [code for code in answered if _answer(record, code) == "PROBLEM" and code not in recorded]
    if silent:
        missing.append(f"答“不符合”而没有记录问题：{_named(silent)}。")
    return missing


def _answer(record: Record, code: str) -> str:
    return record.answers[code].text("answer") if code in record.answers else ""


def _measured(record: Record, checklist: Sequence[Line]) -> list[str]:
    measured = {row.text("checklist_code") for row in record.measurements}
    codes = [
        line.code
        for line in checklist
        if line.is_measured and _answer(record, line.code) in {"OK", "PROBLEM"} and line.code not in measured
    ]
    return [f"需要实测的项目没有实测数据：{_named(codes)}。"] if codes else []


_FINDING_PARTS: Final = (
    ("text", "问题描述"),
    ("kind", "问题类型"),
    ("severity", "严重程度"),
    ("basis", "依据"),
)


def _findings(record: Record) -> list[str]:
    missing = []
    for number, row in enumerate(record.findings, start=1):
        parts = [name for leaf, name in _FINDING_PARTS if not row.text(leaf)]
        if not row.text("unit_id") and not row.text("organization_id"):
            parts.append("责任单位")
        if parts:
            missing.append(f"第 {number} 个问题缺{'、'.join(parts)}。")
    return missing


def _lacking(rows: Iterable[Row], name: str, needs: Sequence[str], parts: Sequence[str]) -> list[str]:
    return [
        f"第 {number} 条{name}没有写全（{'、'.join(parts)}）。"
        for number, row in enumerate(rows, start=1)
        if not all(row.leaves.get(leaf) for leaf in needs)
    ]


def _rows(record: Record) -> list[str]:
    return [
        *_lacking(record.measurements, "实测", ("item", "values", "conclusion"), ("项目", "实测值", "结论")),
        *_lacking(
            record.parallel,
            "平行检测",
            ("item", "own", "supervised", "conclusion"),
            ("项目", "两组数据", "结论"),
        ),
        *_lacking(record.people, "在场人员", ("name",), ("姓名",)),
        *_lacking(record.documents, "查阅资料", ("name",), ("名称",)),
        *_lacking(record.orders, "现场要求", ("text",), ("内容",)),
    ]


def _people(record: Record) -> list[str]:
    missing = []
    if not record.people:
        missing.append("没有记被检查单位的在场人员。")
    if len({row.text("name") for row in record.signed_by("OFFICER")}) < MIN_OFFICERS:
        missing.append(f"检查人员签字不足 {MIN_OFFICERS} 人。")
    if record.is_refused:
        parts = [
            name
            for leaf, name in (("reason", "拒签情况"), ("witness", "见证人"))
            if not record.refusal.text(leaf)
        ]
        return [*missing, f"被检查单位拒绝签字，须写明{'和'.join(parts)}。"] if parts else missing
    if not record.signed_by("UNIT"):
        missing.append("被检查单位没有签字；拒绝签字的，写明情况并由见证人证明。")
    if not record.opinion.text("text"):
        missing.append("没有记被检查单位的意见。")
    return missing
