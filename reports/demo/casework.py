"""招投标核查, 线索 and 履职检查 of the demo city, each in several states."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import QuerySet

from enforcement.enums import ClueKind
from enforcement.models import Clue
from enforcement.services.bidding_notices import draft_bidding_notice
from enforcement.services.clues import ClueText, record_clue, record_receipt, transfer_clue
from inspections.enums import BiddingMatter, BiddingSource, DrawKind, DrawState, OrganizerLevel
from inspections.models import BiddingCheck, Draw, DutyInspection, Finding
from inspections.selectors.draws import drawn_counties
from inspections.services.bidding import BiddingText, record_bidding_check
from projects.enums import ProjectStatus
from projects.models import Project
from reports.demo.past import MARK, Past, user
from reports.demo.people import SUPERVISOR
from scoring.selectors.duty_page import rules_of
from scoring.services.duty import DutyText, SheetLine, conclude_duty, draft_duty_inspection, record_points
from tenancy.models import Jurisdiction

_INSPECTOR = "beichuan.supervisor"
_LOST_BY_LINE = 4
"""Every so many lines of a sheet lose half a point."""


@transaction.atomic
def make_bidding_checks(past: Past) -> None:
    """All of them, unless the office has recorded one already."""
    if BiddingCheck.objects.filter(number__startswith="ZB-").exists():
        return
    projects = list(_invented().order_by("-code")[:3])
    bidding = _Bidding(past, projects)
    bidding.record(0, BiddingMatter.PROCEDURE, BiddingSource.SPOT_CHECK, "", ago=18)
    noticed = bidding.record(
        1,
        BiddingMatter.CONDITIONS,
        BiddingSource.COMPLAINT,
        "演示信访登记第17号",
        ago=9,
        result="招标文件要求投标人具有本市同类业绩，限制外地潜在投标人",
        handling="责令招标人修改招标文件，并下达整改通知书",
    )
    draft_bidding_notice(
        check_id=noticed.pk,
        addressee=projects[1].legal_person,
        due_on=past.day(0) + dt.timedelta(days=7),
        by=user(SUPERVISOR),
        at=past.at(8),
    )
    bidding.record(
        2,
        BiddingMatter.DEPOSIT,
        BiddingSource.CAMPAIGN,
        "",
        ago=4,
        result="2家未中标单位的投标保证金超过规定期限未退还",
        handling="约谈招标代理机构，限期退还本息",
    )
    bidding.record(None, BiddingMatter.SUPERVISION, BiddingSource.TRANSFER, "演示水函第2号", ago=2)


class _Bidding:
    """The supervisor's checks of the chosen projects."""

    def __init__(self, past: Past, projects: list[Project]) -> None:
        self.past, self.projects = past, projects

    def record(
        self,
        which: int | None,
        matter: str,
        source: str,
        note: str,
        *,
        ago: int,
        result: str = "",
        handling: str = "",
    ) -> BiddingCheck:
        """One check; a result is a problem."""
        project = None if which is None else self.projects[which]
        text = BiddingText(
            project=project,
            matter=matter,
            source=source,
            source_note=note,
            checked_on=self.past.day(ago),
            checked_by="演示监督员、演示副科长",
            has_problem=bool(result),
            result=result or "未发现问题",
            handling=handling,
        )
        county = self.past.county if project is None else project.jurisdiction
        by, at = user(SUPERVISOR), self.past.at(ago, 16)
        return record_bidding_check(county=county, level=OrganizerLevel.CITY, text=text, by=by, at=at)


def _invented() -> QuerySet[Project]:
    """Works under way whose name is invented: nothing bad is said of a name that is real."""
    rows = Project.objects.filter(status=ProjectStatus.UNDER_WAY, name__endswith=MARK)
    return rows.select_related("jurisdiction", "legal_person")


@transaction.atomic
def make_clues(past: Past) -> None:
    """One late, one on its way, one answered, one of the county; unless there are some already."""
    if Clue.objects.filter(number__startswith="XS-").exists():
        return
    receiver = "市水利综合行政执法支队（演示）"
    _clue(
        past,
        ClueKind.UNLAWFUL_SUBCONTRACTING,
        "主体工程钢筋加工交由无合同关系的班组承担，疑似违法分包",
        ago=11,
    )
    answered = _clue(
        past, ClueKind.QUALIFICATION_LENDING, "项目经理社保关系不在中标单位，疑似出借资质", ago=21
    )
    transfer_clue(
        clue_id=answered.pk,
        receiver=receiver,
        transferred_on=past.day(17),
        by=user(SUPERVISOR),
        at=past.at(17),
    )
    record_receipt(
        clue_id=answered.pk, receipt="已受理，案号演示立〔6〕号", by=user(SUPERVISOR), at=past.at(15)
    )
    sent = _clue(past, ClueKind.BID_COLLUSION, "三家投标单位的投标文件错误一致，疑似围标串标", ago=8)
    transfer_clue(
        clue_id=sent.pk, receiver=receiver, transferred_on=past.day(5), by=user(SUPERVISOR), at=past.at(5)
    )
    _clue_of_a_failed_test(past, ago=7)


def _clue(past: Past, kind: str, summary: str, *, ago: int) -> Clue:
    project = _invented().filter(units__role="CONTRACTOR").order_by("code")[ago % 5]
    firm = project.units.filter(role="CONTRACTOR").order_by("pk")[0].organization
    text = ClueText(
        kind=kind,
        summary=f"{summary}{MARK}",
        identified_on=past.day(ago),
        project=project,
        organization=firm,
    )
    return record_clue(
        county=project.jurisdiction,
        level=OrganizerLevel.CITY,
        text=text,
        by=user(SUPERVISOR),
        at=past.at(ago, 15),
    )


def _clue_of_a_failed_test(past: Past, *, ago: int) -> None:
    """Drafted from the finding that the failed test of the bureau made."""
    finding = Finding.objects.filter(supervisory_tests__commission__organizer_level="CITY").first()
    if finding is None:
        return
    text = ClueText(
        kind=ClueKind.QUALITY_BREACH,
        summary=f"{finding.text[:200]}；该批次此前已有同类退场记录{MARK}",
        identified_on=past.day(ago),
        project=finding.project,
        organization=finding.organization,
    )
    record_clue(
        county=finding.jurisdiction,
        level=OrganizerLevel.CITY,
        text=text,
        by=user(SUPERVISOR),
        at=past.at(ago, 16),
        finding=finding,
    )


@transaction.atomic
def make_duty_inspections(past: Past) -> None:
    """Of the two counties that were drawn: one concluded, one being scored."""
    draw = Draw.objects.filter(kind=DrawKind.COUNTY, state=DrawState.DRAWN, number__startswith="CQ-").first()
    if draw is None or DutyInspection.objects.filter(draw=draw).exists():
        return
    codes = drawn_counties(draw)
    done, begun = (Jurisdiction.objects.get(code=code) for code in codes[:2])
    concluded = _sheet(past, draw, done, ago=8)
    _score(past, concluded, len(rules_of(concluded).items), ago=7)
    conclude_duty(
        duty_id=concluded.pk,
        concluded_on=past.day(5),
        summary="监督机构和制度健全，检测运用和问题定性有待加强（演示）",
        by=user(SUPERVISOR),
        at=past.at(5, 16),
    )
    _score(past, _sheet(past, draw, begun, ago=3), 9, ago=2)


def _sheet(past: Past, draw: Draw, county: Jurisdiction, *, ago: int) -> DutyInspection:
    text = DutyText(
        inspected_on=past.day(ago), leader_name="演示副科长", members="演示监督员、演示检查员甲", draw=draw
    )
    return draft_duty_inspection(county=county, text=text, by=user(SUPERVISOR), at=past.at(ago))


def _score(past: Past, row: DutyInspection, count: int, *, ago: int) -> None:
    """The first lines of the sheet."""
    lines = {}
    for place, item in enumerate(rules_of(row).items[:count], start=1):
        is_whole = place % _LOST_BY_LINE
        lines[item.id] = (
            SheetLine(item.max)
            if is_whole
            else SheetLine(item.max / 2, "制度未按新规定修订，抽查 1 份资料不全")
        )
    record_points(duty_id=row.pk, lines=lines, by=user(SUPERVISOR), at=past.at(ago, 17))
