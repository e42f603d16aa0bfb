"""Small rubrics for tests, and a writer that keeps Decimals exact (JSON is YAML)."""

import copy
import json
from decimal import Decimal
from pathlib import Path

from scoring.rules.completeness import require_complete
from scoring.rules.exact_yaml import load
from scoring.rules.rubric_parser import parse_rubric

SHIPPED_TEXT = (Path(__file__).parents[3] / "scoring" / "data" / "rubric.yaml").read_text(encoding="utf-8")
SHIPPED = parse_rubric(SHIPPED_TEXT)
CLOSING = require_complete(SHIPPED)
_TREE = load(SHIPPED_TEXT)

VECTOR = {
    "has_institution_doc": True,
    "staff_ratio_ok": True,
    "funding_in_place": True,
    "monthly_plan_published_before_month_start": True,
    "trainings_in_rolling_quarter": 1,
    "workdays_late": 1,
    "required_fields_filled": 96,
    "required_fields_total": 100,
    "report_returned": 1,
    "verified_field_error": 1,
    "key_owner_reports_on_time": 4,
    "key_owner_reports_due": 4,
    "started_projects_with_procedure": 18,
    "started_projects": 20,
    "procedure_after_start": 1,
    "projects_with_book_plan_briefing": 16,
    "procedures_done": 18,
    "projects_with_all_commitments": 19,
    "inspections_done": 7,
    "inspections_planned": 8,
    "aspects_checked_in_rolling_quarter": 9,
    "rolling_year_sample_ratio_ge_10pct": True,
    "published_within_20_workdays": True,
    "no_counterparty_signature": 1,
    "finding_without_evidence": 1,
    "findings_due_closed_on_time": 34,
    "findings_due": 40,
    "overdue_general": 4,
    "overdue_serious": 1,
    "serious_findings_noticed_in_5wd": 9,
    "serious_findings": 10,
    "serious_closed_with_recheck": 3,
    "serious_closed": 9,
    "test_batches_done": 4,
    "test_batches_planned": 4,
    "inspected_projects": 2,
    "entity_general": 3,
    "entity_serious": 1,
    "filings_reviewed_on_time": 9,
    "filings_received": 10,
    "city_inspected_projects": 2,
    "city_only_general": 2,
    "city_only_serious": 1,
    "latest_duty_inspection_score_within_12_months": 78,
}
"""The acceptance vector of scoring.md §5."""


def dump(tree):
    """A tree with Decimals as text that every YAML reader takes, digit by digit."""
    if isinstance(tree, dict):
        return (
            "{" + ", ".join(f"{json.dumps(k, ensure_ascii=False)}: {dump(v)}" for k, v in tree.items()) + "}"
        )
    if isinstance(tree, list | tuple):
        return "[" + ", ".join(dump(value) for value in tree) + "]"
    if isinstance(tree, Decimal):
        return format(tree, "f")
    return json.dumps(tree, ensure_ascii=False)


def shipped_tree():
    return copy.deepcopy(_TREE)


def small_tree(items, **sections):
    """A rubric with one category; `items` are (id, max, rule) or (id, max, rule, extra)."""
    parts = []
    for item_id, maximum, rule, *extra in items:
        part = {"id": item_id, "name": f"项目{item_id}", "max": maximum, "rule": rule}
        if extra:
            part["extra"] = extra[0]
        parts.append(part)
    total = sum(part["max"] for part in parts)
    return {
        "meta": {
            "code": "T",
            "version": "1",
            "title": "测试细则",
            "total_points": total,
            "score_decimals": 1,
            "not_applicable_policy": {
                "rule": "drop_item_from_earned_and_available",
                "min_available_points": sections.pop("min_available", 0),
            },
        },
        "categories": [{"id": "Z", "name": "全部", "max": total, "items": parts}],
        "adjustments": sections.pop(
            "adjustments", {"bonus": {"cap": 3, "items": []}, "penalty": {"items": []}}
        ),
        "red_lines": sections.pop("red_lines", []),
        "grades": sections.pop(
            "grades",
            [
                {"code": "A", "name": "优秀", "min": 90},
                {"code": "B", "name": "良好", "min": 80},
                {"code": "C", "name": "合格", "min": 60},
                {"code": "D", "name": "不合格", "min": 0},
            ],
        ),
        "config": sections.pop("config", {"interview_threshold": 70, "unqualified_threshold": 60}),
        **sections,
    }


LINE = {"type": "linear", "input": "x", "from": [0, 0], "to": [100, 100], "when_empty": "na"}
"""With a full mark of 100 the raw score is the fact x."""


def line_rubric(**sections):
    return parse_rubric(dump(small_tree([("L", 100, LINE)], **sections)))


def item_rubric(maximum, rule, *extra, **sections):
    return parse_rubric(dump(small_tree([("I", maximum, rule, *extra)], **sections)))
