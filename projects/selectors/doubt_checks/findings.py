"""Checks of findings and their evidence, which belong to the apps above: reached by the register's reverse relations."""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Exists, F, Min, OuterRef, Q
from django.db.models.functions import TruncDate

from core.month import SHANGHAI, ReportingMonth
from projects.models import Project
from projects.selectors.doubt_checks.base import Check, Found, day, under_way
from tenancy.models import Jurisdiction

SILENT_MONTHS = 3
_COUNTED = ~Q(findings__state__in=["DRAFT", "WITHDRAWN"])


def no_findings(month: ReportingMonth) -> Iterator[Found]:
    """A county with a project under way through three months, and not one finding in them."""
    first = month.shift(1 - SILENT_MONTHS)
    busy = under_way(month).filter(jurisdiction=OuterRef("pk"), started_on__lt=first.first)
    seen = Project.objects.filter(
        _COUNTED, jurisdiction=OuterRef("pk"), findings__found_on__range=(first.first, month.last)
    )
    counties = Jurisdiction.objects.counties().filter(Exists(busy), ~Exists(seen), is_active=True)
    for county in counties:
        sentence = (
            f"{county.name}{first.label}至{month.label}有在建工程，连续{SILENT_MONTHS}个月没有发现任何问题。"
        )
        yield Found(county.pk, None, str(county.pk), sentence, "findings_management")


def closed_before_recheck(month: ReportingMonth) -> Iterator[Found]:
    """Closed in the month, before the day of the recheck that it was passed in."""
    rows = (
        Project.objects.filter(findings__closed_on__range=(month.first, month.last))
        .order_by("findings__number")
        .values(
            "jurisdiction_id",
            "pk",
            finding=F("findings__pk"),
            number=F("findings__number"),
            closed=F("findings__closed_on"),
        )
        .annotate(
            rechecked=Min("findings__rechecks__rechecked_on", filter=Q(findings__rechecks__has_passed=True))
        )
        .filter(rechecked__gt=F("closed"))
    )
    for row in rows:
        sentence = f"问题{row['number']}于{day(row['closed'])}销号，早于复查通过日期{day(row['rechecked'])}。"
        yield Found(row["jurisdiction_id"], row["pk"], str(row["finding"]), sentence, "findings_closed")


def photo_before_check(month: ReportingMonth) -> Iterator[Found]:
    """A photo of a finding of the month that was taken before the finding."""
    rows = (
        Project.objects.filter(
            findings__found_on__range=(month.first, month.last), findings__evidence__kind="PHOTO"
        )
        .annotate(taken=TruncDate("findings__evidence__taken_at", tzinfo=SHANGHAI))
        .filter(taken__lt=F("findings__found_on"))
        .order_by("findings__number", "taken")
        .values(
            "jurisdiction_id",
            "pk",
            "taken",
            evidence=F("findings__evidence__pk"),
            number=F("findings__number"),
            found=F("findings__found_on"),
        )
    )
    for row in rows:
        sentence = (
            f"问题{row['number']}的照片形成于{day(row['taken'])}，早于检查发现日期{day(row['found'])}。"
        )
        yield Found(row["jurisdiction_id"], row["pk"], str(row["evidence"]), sentence, "findings_management")


def photo_twice(month: ReportingMonth) -> Iterator[Found]:
    """The same photo for several findings: perhaps false rectification. Each county reads its own numbers only."""
    digest = "findings__evidence__sha256"
    photos = Project.objects.filter(findings__evidence__kind="PHOTO", findings__found_on__lte=month.last)
    twice = (
        photos.order_by()
        .values(digest)
        .annotate(n=Count("findings", distinct=True))
        .filter(n__gt=1)
        .values(digest)
    )
    rows = (
        photos.filter(**{f"{digest}__in": twice})
        .order_by()
        .values("jurisdiction_id", sha=F(digest))
        .annotate(numbers=ArrayAgg("findings__number", distinct=True))
        .order_by("jurisdiction_id", "sha")
    )
    for row in rows:
        numbers = sorted(row["numbers"])
        told = "、".join(numbers[:10])
        where = "几个问题使用了同一张照片" if len(numbers) > 1 else "的照片与另一个问题的照片完全相同"
        sentence = f"问题{told}{where}，疑为虚假整改。"
        subject = f"{row['jurisdiction_id']}:{row['sha']}"
        yield Found(row["jurisdiction_id"], None, subject, sentence, "findings_closed")


FINDING_CHECKS = (
    Check(
        "NO_FINDINGS",
        "连续三个月零问题",
        "有在建工程而长期没有发现问题，可能没有开展监督检查。",
        "补录已开展的检查和发现的问题；确实没有的，说明检查情况。",
        no_findings,
    ),
    Check(
        "CLOSED_BEFORE_RECHECK",
        "销号早于复查",
        "未经复查先行销号，或者日期填错。",
        "核对复查记录和销号日期。",
        closed_before_recheck,
    ),
    Check(
        "PHOTO_BEFORE_CHECK",
        "照片早于检查",
        "用了旧照片，或者拍照设备时间不准。",
        "更换为检查当时的照片；设备时间不准的说明情况。",
        photo_before_check,
    ),
    Check(
        "PHOTO_TWICE",
        "不同问题使用同一张照片",
        "整改照片重复使用，疑为虚假整改。",
        "逐个核对整改情况，补充各自的照片。",
        photo_twice,
    ),
)
