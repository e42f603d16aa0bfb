"""整改通知书 from confirmed findings: one for each addressee, terms by severity from the day of issue."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from core.services import database_calendar
from enforcement.selectors.terms import rectification_due
from enforcement.services.notice_drafts import draft_notices
from enforcement.services.notices import NoticeRefused, issue_notice
from inspections.enums import FindingState, Severity
from inspections.models import Finding
from reports.enums import DocumentKind
from reports.selectors.letter_facts import rectification_facts, with_notice_terms
from reports.services.documents import series_for
from tenancy.scope import Scope
from tests import factories

AT = factories.MOMENT
ISSUED = dt.date(2023, 9, 11)
LATER = dt.date(2023, 9, 14)


def _finding(**given: Any) -> Finding:
    return factories.finding(due_on=None, original_due_on=None, **given)


def test_terms_run_from_the_day_of_issue(scope: Scope) -> None:
    project, one, two = factories.project(), factories.organization(), factories.organization()
    mild = _finding(project=project, organization=one)
    hard = _finding(project=project, organization=one, severity=Severity.SERIOUS)
    other = _finding(project=project, organization=two, severity=Severity.GRAVE)
    notices = draft_notices(finding_ids=[mild.pk, hard.pk, other.pk], by="测试", at=AT)

    notice = next(row for row in notices if row.addressee_id == one.pk)
    assert len(notices) == 2
    assert {row.finding_id for row in notice.items.all()} == {mild.pk, hard.pk}
    grave = next(row for row in notices if row.addressee_id == two.pk)
    assert "3个工作日内报送整改方案" in grave.items.get().requirement
    with pytest.raises(NoticeRefused, match="另一份"):
        draft_notices(finding_ids=[mild.pk], by="测试", at=AT)

    calendar = database_calendar()
    drafted = rectification_facts(notice, series_for(DocumentKind.RECTIFICATION_NOTICE), AT)
    facts = with_notice_terms(drafted, notice.pk, LATER, calendar)
    terms = [rectification_due(severity, LATER, calendar) for severity in ("GENERAL", "SERIOUS")]
    assert [row.due_date for row in facts.findings] == terms
    assert facts.reply_due == max(terms) > drafted.reply_due
    assert rectification_due("GENERAL", ISSUED, calendar) == dt.date(2023, 9, 26)
    assert rectification_due("SERIOUS", ISSUED, calendar) == dt.date(2023, 10, 7), "moved over the holiday"

    issue_notice(
        notice_id=notice.pk,
        number="绵水函〔2023〕1号",
        issued_on=LATER,
        due_on=facts.reply_due,
        by="测试",
        at=AT,
    )
    mild.refresh_from_db()
    hard.refresh_from_db()
    assert [mild.due_on, hard.due_on] == terms
    assert mild.state == FindingState.NOTIFIED


def test_only_confirmed_findings_go_on_a_notice(scope: Scope) -> None:
    draft = _finding(state=FindingState.DRAFT)
    with pytest.raises(NoticeRefused, match="草稿"):
        draft_notices(finding_ids=[draft.pk], by="测试", at=AT)
    with pytest.raises(NoticeRefused, match="请选择"):
        draft_notices(finding_ids=[], by="测试", at=AT)
