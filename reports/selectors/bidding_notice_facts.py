"""The frozen facts of a 整改通知书 that follows from a bidding check."""

from __future__ import annotations

from enforcement.models import RectificationNotice
from inspections.models import BiddingCheck
from reports.gongwen import facts as f
from reports.gongwen.builders.rectification import BIDDING_CHECK
from reports.models import NumberSeries
from reports.selectors.letter_facts import contact_of
from reports.selectors.month_facts import envelope
from tenancy.models import City

BASIS = "《中华人民共和国招标投标法》《中华人民共和国招标投标法实施条例》"


def bidding_notice_facts(
    notice: RectificationNotice, check: BiddingCheck, series: NumberSeries
) -> f.RectificationNoticeFacts:
    """One problem: the check's result, with its handling as what is asked until the notice's term."""
    due_on = notice.due_on or check.checked_on
    problem = f.NoticeFinding(
        code="",
        unit=notice.addressee.name,
        part=check.get_matter_display(),
        fact=check.result,
        basis=BASIS,
        severity="—",
        requirement=check.handling,
        due_date=due_on,
    )
    return f.RectificationNoticeFacts(
        envelope=envelope(series, City.objects.get(pk=notice.city_id), (notice.addressee.name,)),
        project=notice.project.name if notice.project else "",
        county=notice.jurisdiction.short_name,
        inspection_kind=BIDDING_CHECK,
        inspection_number=check.number,
        inspected_from=check.checked_on,
        inspected_to=check.checked_on,
        officers=(check.checked_by,) if check.checked_by else (),
        findings=(problem,),
        reply_due=due_on,
        contact=contact_of(series),
    )
