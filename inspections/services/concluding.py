"""现场结束 and 审核: an inspection ends when nothing is missing, and counts when another person has reviewed it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from audit.services import record as trail
from core import display
from core.errors import DomainError
from core.uuid7 import uuid7
from inspections.enums import (
    RECORDABLE_STATES,
    ApprovalState,
    Aspect,
    FindingState,
    InspectionState,
    OfficerRole,
    Severity,
)
from inspections.models import (
    ChecklistItem,
    Finding,
    Inspection,
    InspectionAspect,
    RecordConflict,
    RecordValue,
)
from inspections.rules.photo_time import corrected
from inspections.rules.record import Record
from inspections.selectors.record import checklist_items, missing_of, record_of
from inspections.services.draw_publication import move_result_day
from inspections.services.projection import share_evidence
from inspections.services.record_log import carried_by_or_for

NOT_ON_LIST = "本类检查的清单不含此方面"


class NotReady(DomainError):
    """Things are missing. `missing`: one sentence for each."""

    def __init__(self, missing: Sequence[str]) -> None:
        super().__init__(f"还不能结束检查：{missing[0]}")
        self.missing = list(missing)


class ConclusionRefused(DomainError):
    """The person may not do it, or the inspection is not at that point."""


@dataclass(frozen=True, slots=True)
class Decision:
    """A reviewer's word on one finding. severity "" leaves the inspector's; another one needs a reason."""

    confirms: bool
    reason: str = ""
    severity: str = ""


@transaction.atomic
def conclude(*, inspection_id: uuid.UUID, by: Any, at: dt.datetime) -> Inspection:
    """End the inspection on site: from now on what arrives is held for the reviewer.

    Raises ConclusionRefused (state, a third party) and NotReady (names everything that is missing).
    """
    inspection = Inspection.objects.select_for_update(of=("self",), no_key=True).get(pk=inspection_id)
    if inspection.state not in RECORDABLE_STATES:
        raise ConclusionRefused(f"检查{inspection.get_state_display()}，不能再办理现场结束。")
    if inspection.officers.filter(user=by.id, role=OfficerRole.ASSISTANT).exists():
        raise ConclusionRefused("第三方辅助人员不能作出检查结论，请由检查人员办理现场结束。")
    record, items = record_of(inspection), checklist_items(inspection)
    missing = [*missing_of(inspection, record, items), *_future(record, at)]
    if missing:
        raise NotReady(missing)
    planned = inspection.inspected_on
    _write_facts(inspection, record, items)
    moved = _date_findings(inspection)
    inspection.state = InspectionState.CONCLUDED
    inspection.concluded_at = _ended_at(inspection, record, at)
    inspection.concluded_by, inspection.concluded_by_name = by.id, by.display_name
    inspection.save()
    trail(
        action="inspections.inspection.conclude",
        subject=inspection,
        by=by,
        at=at,
        before={"inspected_on": planned},
        after={
            "record_seq": inspection.record_seq,
            "findings": len(record.findings),
            "inspected_on": inspection.inspected_on,
            "findings_dated_anew": moved,
        },
    )
    return inspection


@transaction.atomic
def review(
    *, inspection_id: uuid.UUID, decisions: Mapping[uuid.UUID, Decision], by: Any, at: dt.datetime
) -> Inspection:
    """Another person confirms or withdraws each finding; the inspection is then complete and counts for the month.

    Raises ConclusionRefused: the state, the same person, no 检查审批, open conflicts, a record that lacks something by
    now, a finding without a decision or a reason.
    """
    inspection = Inspection.objects.select_for_update(of=("self",), no_key=True).get(pk=inspection_id)
    _check_may_review(inspection, by)
    record = _whole_record(inspection, at)
    _date_findings(inspection)
    findings = list(
        Finding.objects.select_for_update(of=("self",))
        .filter(inspection=inspection, state=FindingState.DRAFT)
        .order_by("number")
    )
    _check_decisions(findings, decisions, by)
    for finding in findings:
        _decide(finding, decisions[finding.pk], by, at)
    share_evidence(inspection)
    absent = _leave_out_absent(inspection, record)
    inspection.state = InspectionState.COMPLETED
    inspection.reviewed_at, inspection.reviewed_by = at, by.id
    inspection.reviewed_by_name = by.display_name
    inspection.save()
    if inspection.draw_id is not None:
        move_result_day(draw_id=inspection.draw_id, day=timezone.localdate(at), by=by, at=at)
    confirmed = sum(decisions[finding.pk].confirms for finding in findings)
    trail(
        action="inspections.inspection.review",
        subject=inspection,
        by=by,
        at=at,
        after={"confirmed": confirmed, "withdrawn": len(findings) - confirmed, "absent": absent},
    )
    return inspection


def _check_may_review(inspection: Inspection, by: Any) -> None:
    if inspection.state != InspectionState.CONCLUDED:
        raise ConclusionRefused(f"检查{inspection.get_state_display()}，只有待审核的检查可以审核。")
    if by.id == inspection.concluded_by:
        raise ConclusionRefused("现场结束由您办理，审核须由其他人办理。")
    if carried_by_or_for(inspection, by):
        raise ConclusionRefused("本次检查的记录由您代他人导入，或由他人代您导入，审核须由其他人办理。")
    if not inspection.approvals.filter(state=ApprovalState.APPROVED).exists():
        raise ConclusionRefused("检查审批尚未批准，请先在检查页补办审批，批准后再审核。")
    if RecordConflict.objects.filter(inspection=inspection, resolution__isnull=True).exists():
        raise ConclusionRefused("还有未裁定的记录冲突，请先在冲突页逐项裁定。")


def _whole_record(inspection: Inspection, at: dt.datetime) -> Record:
    """The record, with its facts written into the inspection; a decision may have taken out what the end required."""
    record, items = record_of(inspection), checklist_items(inspection)
    if missing := [*missing_of(inspection, record, items), *_future(record, at)]:
        raise ConclusionRefused(
            f"裁定后的记录不完整（{len(missing)}处）：{''.join(missing)}请检查人员在“补填记录”中填写，再由您在冲突页裁定采用。"
        )
    _write_facts(inspection, record, items)
    return record


def _future(record: Record, at: dt.datetime) -> list[str]:
    """The day of arrival is the day that counts: not one that has not come."""
    entered = record.header.moment("entered_at")
    if entered is None or timezone.localdate(entered) <= timezone.localdate(at):
        return []
    return [f"到场日期{display.day(timezone.localdate(entered))}还没有到，请更正到场时间。"]


def _date_findings(inspection: Inspection) -> int:
    """A finding was made on the day when the site was entered, whatever day had been arranged; returns how many moved."""
    drafts = Finding.objects.filter(inspection=inspection, state=FindingState.DRAFT)
    return drafts.exclude(found_on=inspection.inspected_on).update(found_on=inspection.inspected_on)


def _ended_at(inspection: Inspection, record: Record, at: dt.datetime) -> dt.datetime:
    """When “现场结束” was pressed, on the server's clock: never after it arrived, nor before the site was entered."""
    stated = record.conclude.moment("at")
    if stated is None:
        return at
    sent = RecordValue.objects.filter(inspection=inspection, path="conclude/at")
    offset = sent.values_list("operation__submission__clock_offset_ms", flat=True).first()
    try:
        ended = corrected(stated, offset)
    except OverflowError:
        # A clock that is millions of years off says nothing.
        return at
    return min(max(ended, inspection.entered_at or ended), at)


def _check_decisions(findings: Sequence[Finding], decisions: Mapping[uuid.UUID, Decision], by: Any) -> None:
    for finding in findings:
        decision = decisions.get(finding.pk)
        if decision is None:
            raise ConclusionRefused(f"问题 {finding.number} 还没有审核意见，请选择确认或撤销。")
        if finding.recorded_by == by.id:
            raise ConclusionRefused(f"问题 {finding.number} 由您记录，须由其他人审核。")
        if not decision.confirms and not decision.reason.strip():
            raise ConclusionRefused(f"撤销问题 {finding.number} 须写明原因。")
        if decision.severity and decision.severity not in Severity.values:
            raise ConclusionRefused(f"问题 {finding.number} 的严重程度不在允许范围。")
        changes = decision.severity not in ("", finding.severity)
        if decision.confirms and changes and not decision.reason.strip():
            raise ConclusionRefused(f"调整问题 {finding.number} 的严重程度须写明理由。")


def _decide(finding: Finding, decision: Decision, by: Any, at: dt.datetime) -> None:
    before = {"state": finding.state, "severity": finding.severity}
    if decision.confirms:
        finding.state = FindingState.CONFIRMED
        if decision.severity not in ("", finding.severity):
            finding.severity, finding.severity_reason = decision.severity, decision.reason.strip()[:300]
        finding.confirmed_at, finding.confirmed_by = at, by.id
        finding.confirmed_by_name = by.display_name
    else:
        finding.state, finding.withdrawn_reason = FindingState.WITHDRAWN, decision.reason.strip()[:300]
    finding.save()
    after = {"state": finding.state, "severity": finding.severity, "reason": decision.reason.strip()}
    action = "inspections.finding.confirm" if decision.confirms else "inspections.finding.withdraw"
    trail(action=action, subject=finding, by=by, at=at, before=before, after=after)


def _write_facts(inspection: Inspection, record: Record, items: Sequence[ChecklistItem]) -> None:
    """What the register, the month and the score read: from the record, word for word."""
    inspection.entered_at = record.header.moment("entered_at")
    if inspection.entered_at is not None:
        inspection.inspected_on = timezone.localdate(inspection.entered_at)
    inspection.left_at = record.header.moment("left_at")
    inspection.opinion = record.opinion.text("text")
    inspection.counterparty_signed = bool(record.signed_by("UNIT")) and not record.is_refused
    inspection.refusal_witness = record.refusal.text("witness")
    if items:
        InspectionAspect.objects.filter(inspection=inspection).delete()
        InspectionAspect.objects.bulk_create(_aspect_rows(inspection, record, items))


def _aspect_rows(
    inspection: Inspection, record: Record, items: Sequence[ChecklistItem]
) -> list[InspectionAspect]:
    rows = []
    for aspect in Aspect:
        codes = [item.code for item in items if item.aspect == aspect]
        answers = [record.answers[code] for code in codes if code in record.answers]
        is_checked = any(row.text("answer") in ("OK", "PROBLEM") for row in answers)
        reasons = dict.fromkeys(row.text("reason") for row in answers if row.text("reason"))
        rows.append(
            InspectionAspect(
                id=uuid7(),
                city_id=inspection.city_id,
                jurisdiction_id=inspection.jurisdiction_id,
                inspection=inspection,
                aspect=aspect,
                is_checked=is_checked,
                reason="" if is_checked else ("；".join(reasons)[:200] or NOT_ON_LIST),
            )
        )
    return rows


def _leave_out_absent(inspection: Inspection, record: Record) -> list[str]:
    """Who was arranged and did not sign was not there: the team that counts is the one that signed."""
    present = {row.text("name") for row in record.signed_by("OFFICER")}
    absent = inspection.officers.filter(role=OfficerRole.OFFICER).exclude(name__in=present)
    names = sorted(absent.values_list("name", flat=True))
    absent.delete()
    return names
