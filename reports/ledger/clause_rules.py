"""Rules between records and the rubric: clauses, adjustment items and the sheet of a duty inspection must exist."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from reports.ledger.records import Graph, Record
from reports.ledger.sentences import Sentence
from scoring.rules.duty import DutyRules


def _unknown(column: str, value: str, known: Iterable[tuple[str, str]], what: str) -> Iterator[Sentence]:
    pairs = list(known)
    if value not in {code for code, _ in pairs}:
        listed = "、".join(f"{code}（{name}）" for code, name in pairs)
        yield Sentence(column, f"该月的评分细则中没有这个{what}", f"可填：{listed}")


def red_line_facts(record: Record, graph: Graph) -> Iterator[Sentence]:
    """The red line is one of the month's rubric."""
    rubric = None if {"red_line", "month"} & record.bad else graph.rubrics.on(record["month"])
    if rubric is not None:
        known = ((line.id, line.name) for line in rubric.red_lines)
        yield from _unknown("red_line", record["red_line"], known, "红线")


def adjustments(record: Record, graph: Graph) -> Iterator[Sentence]:
    """The item is a bonus or penalty of the month's rubric."""
    rubric = None if {"item", "month"} & record.bad else graph.rubrics.on(record["month"])
    if rubric is not None:
        known = ((item.id, item.name) for item in (*rubric.bonuses, *rubric.penalties))
        yield from _unknown("item", record["item"], known, "加减分项")


def _duty_rules(inspection: Record | None, graph: Graph) -> DutyRules | None:
    if inspection is None or "concluded_on" in inspection.bad:
        return None
    rubric = graph.rubrics.on(inspection["concluded_on"])
    return rubric.duty if rubric is not None else None


def duty_items(record: Record, graph: Graph) -> Iterator[Sentence]:
    """The line stands on the rubric's sheet, with its full mark."""
    if {"duty_inspection", "section", "name"} & record.bad:
        return
    rules = _duty_rules(graph.target(record, "duty_inspection"), graph)
    if rules is None:
        return
    known = {section.id: {item.name: item.max for item in section.items} for section in rules.sections}
    items = known.get(record["section"])
    if items is None:
        yield Sentence("section", "评分表没有这个部分", f"可填：{'、'.join(known)}")
    elif record["name"] not in items:
        yield Sentence("name", f"评分表的{record['section']}部分没有这一项", f"可填：{'、'.join(items)}")
    elif "max_points" not in record.bad and record["max_points"] != items[record["name"]]:
        yield Sentence("max_points", "满分与评分细则不一致", f"改为{items[record['name']]:f}")


def duty_inspections(record: Record, graph: Graph) -> Iterator[Sentence]:
    """A new inspection comes with every line of its sheet: a missing line would count as zero points."""
    rules = None if "number" in record.bad else _duty_rules(record, graph)
    if rules is None or not record.is_new:
        return
    lines = graph.group("duty_items", "duty_inspection").get(record.id, ())
    present = {(line["section"], line["name"]) for line in lines}
    missing = [i.name for s in rules.sections for i in s.items if (s.id, i.name) not in present]
    if missing and not any({"section", "name"} & line.bad for line in lines):
        yield Sentence(
            "number", f"“履职检查评分”表缺少：{'、'.join(missing)}", "在“履职检查评分”表补齐每一项的得分"
        )
