"""Checks of the month's returns: against the register, against the months before."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Sum

from core.month import ReportingMonth
from projects.models import ContractSection, ReturnLine, ReturnVersion, SupervisionRegistration
from projects.rules.returns import LINE_FIELD, field_text
from projects.selectors.doubt_checks.base import Check, Found, amount

FLAT_MONTHS = 3
"""Months in which progress rose and nothing was spent (handbook §7.5)."""
_REGISTER = {
    "award_price_wan_yuan": "known_price",
    "approved_duration_days": "known_duration",
    "started_on": "known_start",
    "registration_number": "known_number",
}


def submitted_lines(month: ReportingMonth) -> QuerySet[ReturnLine]:
    """The lines of the newest submitted version of each county's return of the month."""
    return ReturnLine.objects.filter(
        version__monthly_return__month=month.first, version=Subquery(_newest())
    ).order_by("project__code")


def _newest() -> QuerySet[Any, Any]:
    versions = ReturnVersion.objects.filter(
        monthly_return=OuterRef("version__monthly_return"), submitted_at__isnull=False
    )
    return versions.order_by("-number").values("pk")[:1]


def _before(month: ReportingMonth, name: str) -> Subquery:
    """A field of the same project's line in the newest submitted version of an earlier month."""
    lines = ReturnLine.objects.filter(
        project=OuterRef("project"),
        version__monthly_return__month=month.first,
        version__submitted_at__isnull=False,
    )
    return Subquery(lines.order_by("-version__number").values(name)[:1])


def differs_from_register(month: ReportingMonth) -> Iterator[Found]:
    """What was returned is not what the register and its sections say; blanks are counted by B2, not here."""
    sections = ContractSection.objects.filter(project=OuterRef("project")).order_by().values("project")
    numbers = SupervisionRegistration.objects.filter(project=OuterRef("project")).values("number")
    lines = submitted_lines(month).annotate(
        known_price=Subquery(sections.annotate(total=Sum("award_price_wan_yuan")).values("total")),
        known_duration=F("project__approved_duration_days"),
        known_start=F("project__started_on"),
        known_number=Subquery(numbers[:1]),
    )
    differing = Q()
    for name, known in _REGISTER.items():
        filled = (
            ~Q(registration_number="") if name == "registration_number" else Q(**{f"{name}__isnull": False})
        )
        differing |= filled & Q(**{f"{known}__isnull": False}) & ~Q(**{name: F(known)})
    names = ("project_id", "jurisdiction_id", "project__name", *_REGISTER, *_REGISTER.values())
    for row in lines.filter(differing).values(*names):
        yield from _differences(row)


def _differences(row: dict[str, Any]) -> Iterator[Found]:
    for name, known in _REGISTER.items():
        told, expected = row[name], row[known]
        if told in (None, "") or expected in (None, "") or told == expected:
            continue
        field = LINE_FIELD[name]
        sentence = (
            f"“{row['project__name']}”月报“{field.title}”为{field_text(field, told)}，"
            f"工程台账为{field_text(field, expected)}。"
        )
        yield Found(row["jurisdiction_id"], row["project_id"], f"{row['project_id']}:{name}", sentence, name)


def decreased(month: ReportingMonth) -> Iterator[Found]:
    """形象进度 or 完成投资 below last month's without a reason."""
    last = month.previous()
    lines = submitted_lines(month).annotate(
        old_progress=_before(last, "progress_percent"), old_invested=_before(last, "invested_wan_yuan")
    )
    fallen = Q(progress_percent__lt=F("old_progress")) | Q(invested_wan_yuan__lt=F("old_invested"))
    names = (
        "project_id",
        "jurisdiction_id",
        "project__name",
        "progress_percent",
        "old_progress",
        "invested_wan_yuan",
        "old_invested",
    )
    for row in lines.filter(fallen, decrease_reason="").values(*names):
        for name, old in (("progress_percent", "old_progress"), ("invested_wan_yuan", "old_invested")):
            if row[name] is not None and row[old] is not None and row[name] < row[old]:
                sentence = (
                    f"“{row['project__name']}”“{LINE_FIELD[name].title}”由上月{amount(row[old])}"
                    f"减为{amount(row[name])}，没有填写原因。"
                )
                subject = f"{row['project_id']}:{name}"
                yield Found(row["jurisdiction_id"], row["project_id"], subject, sentence, name)


def flat_investment(month: ReportingMonth) -> Iterator[Found]:
    """Progress rose over three months while 完成投资 stood still."""
    first = month.shift(-FLAT_MONTHS)
    lines = submitted_lines(month).annotate(
        old_progress=_before(first, "progress_percent"), old_invested=_before(first, "invested_wan_yuan")
    )
    rows = lines.filter(progress_percent__gt=F("old_progress"), invested_wan_yuan=F("old_invested"))
    names = ("project_id", "jurisdiction_id", "project__name", "progress_percent", "old_progress")
    for row in rows.values(*names, "invested_wan_yuan"):
        sentence = (
            f"“{row['project__name']}”{FLAT_MONTHS}个月来形象进度由{amount(row['old_progress'])}%增至"
            f"{amount(row['progress_percent'])}%，完成投资一直为{amount(row['invested_wan_yuan'])}万元。"
        )
        yield Found(
            row["jurisdiction_id"], row["project_id"], str(row["project_id"]), sentence, "invested_wan_yuan"
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
