"""监督检测 of the demo city: money, commissions in every state, reports good and bad."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from PIL import Image, ImageDraw, ImageFont

from accounts.models import User
from inspections.enums import OrganizerLevel, TestedObject
from inspections.models import SupervisoryTest, SupervisoryTestCommission
from inspections.services.test_budgets import record_budget
from inspections.services.test_commissions import (
    SampleText,
    cancel_commission,
    draft_commission,
    issue_commission,
    plan_sample,
    take_samples,
)
from inspections.services.test_reports import (
    Report,
    SampleResult,
    record_handling,
    record_report,
    responsible_contractors,
    review_test_finding,
)
from projects.enums import ProjectStatus, UnitRole
from projects.models import Organization, ParticipatingUnit, Project
from reports.demo.past import MARK, Past, user
from reports.demo.people import CHIEF, SUPERVISOR
from reports.fontconfig import FONTS
from scoring.selectors.terms import failed_test_workdays
from tenancy.scope import city_scope

_BUDGETS = {"510700": 300_000, "510726": 60_000}
_FEE = Decimal(6_000)
_INSPECTOR, _APPROVER = "beichuan.supervisor", "beichuan.reviewer"


@dataclass(frozen=True, kw_only=True)
class _Sample:
    """What is taken: and what the report says of it."""

    tested_object: str
    item: str
    standard: str
    location: str
    design_value: str
    result: str


_STRENGTH = _Sample(
    tested_object=TestedObject.WORKS_BODY,
    item="混凝土抗压强度（回弹—取芯）",
    standard="SL/T 352-2020",
    location="溢洪道左边墙 0+120",
    design_value="C25",
    result="28.6 MPa",
)
_WEAK = _Sample(
    tested_object=TestedObject.INTERMEDIATE_PRODUCT,
    item="止水铜片焊接接头渗漏",
    standard="SL 27-2014",
    location="2#坝段横缝",
    design_value="不渗漏",
    result="接头渗漏 1 处",
)
_BAR = _Sample(
    tested_object=TestedObject.RAW_MATERIAL,
    item="钢筋屈服强度",
    standard="GB/T 1499.2",
    location="钢筋加工场 HRB400E 批次 3",
    design_value="≥400 MPa",
    result="386 MPa",
)
_FILL = _Sample(
    tested_object=TestedObject.WORKS_BODY,
    item="填筑压实度",
    standard="SL 237-1999",
    location="堤防 K1+200～K1+400",
    design_value="≥0.96",
    result="0.97",
)


@transaction.atomic
def make_supervisory_tests(past: Past) -> None:
    """All of them, unless the office has commissioned one already."""
    if SupervisoryTestCommission.objects.exists():
        return
    _money(past)
    city = _Office(past, OrganizerLevel.CITY, user(SUPERVISOR), _projects(past, "CITY"))
    passed = city.sampled(0, [_STRENGTH, _FILL], ago=26)
    for test in passed:
        city.report(test, "演示检字第041号", passes=True, ago=15)
    failed = city.sampled(1, [_WEAK], ago=17)[0]
    city.report(failed, "演示检字第052号", passes=False, ago=8)
    _followed_up(past, failed)
    city.cancelled(2, [_FILL], ago=13)
    city.sampled(3, [_STRENGTH], ago=3)
    city.commissioned(0, [_BAR], ago=1)
    city.drafted(1, [_FILL], ago=0)
    with city_scope(past.city.id, county=past.county.id):
        county = _Office(past, OrganizerLevel.COUNTY, user(_INSPECTOR), _projects(past, "COUNTY"))
        waiting = county.sampled(0, [_BAR], ago=9)[0]
        county.report(waiting, "演示检字第060号", passes=False, ago=1)


def _money(past: Past) -> None:
    """Of every year that a commission below falls into."""
    for year in sorted({past.day(30).year, past.day(0).year}):
        for place, who in ((past.bureau, CHIEF), (past.county, _APPROVER)):
            record_budget(
                jurisdiction=place,
                year=year,
                amount_yuan=Decimal(_BUDGETS[place.code]),
                source=f"演示财政预算批复〔{year}〕8号",
                by=user(who),
                at=past.at(30),
            )


def _projects(past: Past, level: str) -> list[Project]:
    """Invented works under way with a contractor: nothing bad is said of a name that is real."""
    rows = Project.objects.filter(
        status=ProjectStatus.UNDER_WAY,
        supervision_level=level,
        name__endswith=MARK,
        units__role=UnitRole.CONTRACTOR,
    )
    if level == OrganizerLevel.COUNTY:
        rows = rows.filter(jurisdiction=past.county)
    return list(rows.distinct().order_by("code")[:4])


def _agency() -> Organization:
    """Works for supervision only: it stands on no project."""
    tested = SupervisoryTest.objects.values("agency")
    engaged = ParticipatingUnit.objects.values("organization")
    return Organization.objects.filter(pk__in=tested).exclude(pk__in=engaged).order_by("uscc")[0]


@dataclass(frozen=True, slots=True)
class _Office:
    """Who commissions, at which level, tests of which projects."""

    past: Past
    level: str
    by: User
    projects: Sequence[Project]

    def drafted(self, which: int, samples: Sequence[_Sample], *, ago: int) -> SupervisoryTestCommission:
        """A commission with its planned samples."""
        at = self.past.at(ago, 9)
        row = draft_commission(
            project=self.projects[which % len(self.projects)],
            agency=_agency(),
            level=self.level,
            fee_yuan=_FEE * len(samples),
            note="按年度监督检测计划安排（演示）",
            by=self.by,
            at=at,
        )
        for one in samples:
            text = SampleText(
                tested_object=one.tested_object,
                item=one.item,
                standard=one.standard,
                batch_count=1,
                location=one.location,
                design_value=one.design_value,
            )
            plan_sample(commission_id=row.pk, text=text, by=self.by, at=at)
        return row

    def commissioned(self, which: int, samples: Sequence[_Sample], *, ago: int) -> SupervisoryTestCommission:
        """Given to the agency on the day on which it was drafted."""
        row = self.drafted(which, samples, ago=ago)
        day, at = self.past.day(ago), self.past.at(ago, 11)
        return issue_commission(commission_id=row.pk, commissioned_on=day, by=self.by, at=at)

    def cancelled(self, which: int, samples: Sequence[_Sample], *, ago: int) -> None:
        """Given and taken back."""
        row = self.commissioned(which, samples, ago=ago)
        reason = "检测部位已覆盖，不具备取样条件"
        cancel_commission(commission_id=row.pk, reason=reason, by=self.by, at=self.past.at(ago - 1))

    def sampled(self, which: int, samples: Sequence[_Sample], *, ago: int) -> list[SupervisoryTest]:
        """Commissioned a day before and taken before a witness."""
        row = self.commissioned(which, samples, ago=ago + 1)
        return take_samples(
            commission_id=row.pk,
            sample_ids=list(row.samples.values_list("pk", flat=True)),
            sampled_on=self.past.day(ago),
            sampled_by=self.by.display_name,
            witness="演示经理",
            by=self.by,
            at=self.past.at(ago, 16),
        )

    def report(self, test: SupervisoryTest, number: str, *, passes: bool, ago: int) -> None:
        """The agency's report, with its PDF."""
        results = {
            sample.pk: SampleResult(_result_of(sample.item), has_passed=passes)
            for sample in test.samples.all()
        }
        unit = None if passes else responsible_contractors(test)[0]
        report = Report(
            number=number,
            reported_on=self.past.day(ago),
            results=results,
            fee_yuan=_FEE,
            pdf=_pdf(number, test, passes=passes),
            unit_id=unit.pk if unit is not None else None,
        )
        at = self.past.at(ago, 15)
        record_report(
            test_id=test.pk,
            report=report,
            failure_workdays=failed_test_workdays(self.past.day(ago)),
            by=self.by,
            at=at,
        )


def _result_of(item: str) -> str:
    return next(one.result for one in (_STRENGTH, _WEAK, _BAR, _FILL) if one.item == item)


def _followed_up(past: Past, test: SupervisoryTest) -> None:
    """The chief confirms the finding, the supervisor writes down what was done on site."""
    review_test_finding(
        test_id=test.pk,
        is_confirmed=True,
        severity="SERIOUS",
        reason="",
        by=user(CHIEF),
        at=past.at(7),
    )
    record_handling(
        test_id=test.pk,
        handled_on=past.day(6),
        handling="责令停止该缝段施工，割除重焊并复检；复检合格后方可浇筑",
        by=user(SUPERVISOR),
        at=past.at(6, 16),
    )


def _pdf(number: str, test: SupervisoryTest, *, passes: bool) -> bytes:
    """One page that says what it is."""
    page = Image.new("L", (1240, 1754), 255)
    pen = ImageDraw.Draw(page)
    title = ImageFont.truetype(str(FONTS / "GW-HeiTi.otf"), 64)
    text = ImageFont.truetype(str(FONTS / "GW-SongTi.otf"), 36)
    pen.text((620, 260), "监督检测报告（演示）", fill=0, font=title, anchor="mm")
    verdict = "合格" if passes else "不合格"
    lines = (f"报告编号：{number}", f"检测编号：{test.number}", f"检测项目：{test.item}", f"结论：{verdict}")
    for place, line in enumerate((*lines, "本报告为演示数据，不对应任何真实工程和检测机构。")):
        pen.text((180, 420 + 80 * place), line, fill=0, font=text)
    out = io.BytesIO()
    page.save(out, "PDF", resolution=150)
    return out.getvalue()
