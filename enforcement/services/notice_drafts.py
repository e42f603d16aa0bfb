"""整改通知书 drafted from the confirmed findings of an inspection: one for each addressee."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction

from audit.services import record
from core.uuid7 import uuid7
from enforcement.enums import NoticeState, NoticeSubject
from enforcement.models import NoticeFinding, RectificationNotice
from enforcement.selectors.terms import default_requirement
from enforcement.services.notices import NoticeRefused
from inspections.enums import FindingState, OrganizerLevel
from inspections.models import Finding
from inspections.services.acting import acting_level


@transaction.atomic
def draft_notices(*, finding_ids: Sequence[uuid.UUID], by: Any, at: dt.datetime) -> list[RectificationNotice]:
    """Drafts that list confirmed findings, grouped by project and responsible organization, of the level that found them.

    The bureau's are issued by a document, a county's under the county's own number (services/county_notices.py).

    The requirement of each finding follows its severity; its term runs from the day of issue. Raises NoticeRefused: a
    finding is not confirmed, or is on a notice already.
    """
    findings = list(
        Finding.objects.select_for_update(of=("self",))
        .filter(pk__in=finding_ids)
        .select_related("organization", "inspection")
        .order_by("number")
    )
    _check(findings, finding_ids)
    groups: dict[tuple[uuid.UUID, uuid.UUID], list[Finding]] = {}
    for finding in findings:
        groups.setdefault((finding.project_id, finding.organization_id), []).append(finding)
    return [_draft(group, by, at) for group in groups.values()]


def _check(findings: Sequence[Finding], wanted: Sequence[uuid.UUID]) -> None:
    if not wanted or len(findings) != len(set(wanted)):
        raise NoticeRefused("请选择要列入通知书的问题；所选问题须都在您的管辖范围内。")
    level = acting_level()
    for finding in findings:
        if level == OrganizerLevel.COUNTY and finding.found_by_level != level:
            raise NoticeRefused(f"问题 {finding.number} 由市级检查发现，整改通知书由市局签发。")
        if finding.state != FindingState.CONFIRMED:
            raise NoticeRefused(
                f"问题 {finding.number} {finding.get_state_display()}，只有已确认、未通知的问题可以列入通知书。"
            )
    if taken := first_on_notice(findings):
        raise NoticeRefused(f"问题 {taken} 已列入另一份整改通知书，请先在那份通知书上办理。")


def first_on_notice(findings: Iterable[Finding]) -> str:
    """The number of the first finding that a notice lists which was not revoked; empty when none is."""
    rows = NoticeFinding.objects.filter(finding__in=list(findings)).exclude(notice__state=NoticeState.REVOKED)
    number = rows.order_by("finding__number").values_list("finding__number", flat=True).first()
    return number or ""


def _draft(findings: Sequence[Finding], by: Any, at: dt.datetime) -> RectificationNotice:
    first, key = findings[0], uuid7()
    source = first.inspection.number if first.inspection else first.number
    notice = RectificationNotice(
        id=key,
        city_id=first.city_id,
        jurisdiction_id=first.jurisdiction_id,
        project_id=first.project_id,
        addressee_id=first.organization_id,
        number=f"拟稿-{source[:40]}-{key.hex[-6:].upper()}",
        subject=NoticeSubject.QUALITY,
        organizer_level=acting_level(),
        state=NoticeState.DRAFT,
    )
    notice.save(force_insert=True)
    NoticeFinding.objects.bulk_create(
        NoticeFinding(
            city_id=notice.city_id,
            jurisdiction_id=notice.jurisdiction_id,
            notice=notice,
            finding=finding,
            requirement=default_requirement(finding.severity),
        )
        for finding in findings
    )
    after = {"addressee": first.organization.name, "findings": [finding.number for finding in findings]}
    record(action="enforcement.notice.draft", subject=notice, by=by, at=at, after=after)
    return notice
