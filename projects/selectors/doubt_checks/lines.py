"""Checks of the month's returns: against the register, against the months before."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import F, QuerySet, Sum

from core.month import ReportingMonth
from projects.models import ReturnLine
from projects.rules.returns import LINE_FIELD, field_text
from projects.selectors.doubt_checks.base import Check, Found, amount
from projects.selectors.returns.versions import STANDING_LINES

FLAT_MONTHS = 3
"""Months in which progress rose and nothing was spent (handbook §7.5)."""
_REGISTER = {
    "award_price_wan_yuan": "known_price",
    "approved_duration_days": "known_duration",
    "started_on": "known_start",
    "registration_number": "known_number",
}


def _lines(*months: ReportingMonth) -> QuerySet[ReturnLine]:
    """Submitted lines, older versions first."""
    rows = ReturnLine.objects.filter(
        STANDING_LINES,
        version__monthly_return__month__in=[month.first for month in months],
        version__submitted_at__isnull=False,
    )
    return rows.order_by("version__number", "project__code")


def _by_project(
    lines: QuerySet[ReturnLine], names: Iterable[str]
) -> dict[dt.date, dict[uuid.UUID, dict[str, Any]]]:
    """Month → project → line. Later versions replace earlier ones; what the newest left out is gone with them."""
    told: dict[dt.date, dict[uuid.UUID, dict[str, Any]]] = {}
    newest: dict[tuple[dt.date, uuid.UUID], int] = {}
    rows = lines.values(
        "project_id",
        "jurisdiction_id",
        *names,
        project_name=F("project__name"),
        month=F("version__monthly_return__month"),
        number=F("version__number"),
    )
    for row in rows:
        key = (row["month"], row["jurisdiction_id"])
        newest[key] = max(newest.get(key, 0), row["number"])
        told.setdefault(row["month"], {})[row["project_id"]] = row
    return {
        month: {
            project: row
            for project, row in of_month.items()
            if row["number"] == newest[(month, row["jurisdiction_id"])]
        }
        for month, of_month in told.items()
    }


def differs_from_register(month: ReportingMonth) -> Iterator[Found]:
    """What was returned is not what the register and its sections say; blanks are counted by B2, not here."""
    lines = _lines(month).annotate(
        known_price=Sum("project__sections__award_price_wan_yuan"),
        known_duration=F("project__approved_duration_days"),
        known_start=F("project__started_on"),
        # one registration at most stands for a project: the sum of its sections is not multiplied
        known_number=F("project__registrations__number"),
    )
    for row in _by_project(lines, (*_REGISTER, *_REGISTER.values())).get(month.first, {}).values():
        yield from _differences(row)


def _differences(row: dict[str, Any]) -> Iterator[Found]:
    for name, known in _REGISTER.items():
        told, expected = row[name], row[known]
        if told in (None, "") or expected in (None, "") or told == expected:
            continue
        field = LINE_FIELD[name]
        sentence = (
            f"“{row['project_name']}”月报“{field.title}”为{field_text(field, told)}，"
            f"工程台账为{field_text(field, expected)}。"
        )
        yield Found(row["jurisdiction_id"], row["project_id"], f"{row['project_id']}:{name}", sentence, name)


def _pairs(month: ReportingMonth, before: ReportingMonth) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Each project's line of the month with its line of the earlier one: one query."""
    names = ("progress_percent", "invested_wan_yuan", "decrease_reason")
    told = _by_project(_lines(month, before), names)
    earlier = told.get(before.first, {})
    for project, row in told.get(month.first, {}).items():
        if project in earlier:
            yield row, earlier[project]


def decreased(month: ReportingMonth) -> Iterator[Found]:
    """形象进度 or 完成投资 below last month's without a reason."""
    for row, old in _pairs(month, month.previous()):
        for name in ("progress_percent", "invested_wan_yuan"):
            is_less = row[name] is not None and old[name] is not None and row[name] < old[name]
            if is_less and not row["decrease_reason"]:
                sentence = (
                    f"“{row['project_name']}”“{LINE_FIELD[name].title}”由上月{amount(old[name])}"
                    f"减为{amount(row[name])}，没有填写原因。"
                )
                subject = f"{row['project_id']}:{name}"
                yield Found(row["jurisdiction_id"], row["project_id"], subject, sentence, name)


def flat_investment(month: ReportingMonth) -> Iterator[Found]:
    """Progress rose over three months while 完成投资 stood still."""
    for row, old in _pairs(month, month.shift(-FLAT_MONTHS)):
        progress, before = row["progress_percent"], old["progress_percent"]
        is_up = progress is not None and before is not None and progress > before
        if (
            is_up
            and row["invested_wan_yuan"] is not None
            and row["invested_wan_yuan"] == old["invested_wan_yuan"]
        ):
            sentence = (
                f"“{row['project_name']}”{FLAT_MONTHS}个月来形象进度由{amount(before)}%增至"
                f"{amount(progress)}%，完成投资一直为{amount(row['invested_wan_yuan'])}万元。"
            )
            yield Found(
                row["jurisdiction_id"],
                row["project_id"],
                str(row["project_id"]),
                sentence,
                "invested_wan_yuan",
            )


LINE_CHECKS = (
    Check(
        "RETURN_DIFFERS",
        "月报与台账不一致",
        "月报或者工程台账有一个没有更新。",
        "以批复、合同和手续原件为准，更正月报或者工程台账。",
        differs_from_register,
    ),
    Check(
        "DECREASED",
        "进度或投资减少",
        "累计数只增不减；减少多为上月多报或本月填错。",
        "更正数据，或者在月报中填写减少的原因。",
        decreased,
    ),
    Check(
        "FLAT_INVESTMENT",
        "进度增加而投资不变",
        "完成投资没有更新，或者形象进度虚报。",
        "核对计量支付资料，更正完成投资或形象进度。",
        flat_investment,
    ),
)
