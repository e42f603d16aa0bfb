"""Draws of the demo city: one from its start to the public page, and others that wait at the steps before."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from inspections.enums import DrawKind, InspectionKind
from inspections.models import Device, Draw, DrawnProject, InspectionItem, Officer
from inspections.rules.draw_parameters import shipped
from inspections.services.arranging import Purpose, arrange_draw
from inspections.services.concluding import Decision, review
from inspections.services.draw_freezing import freeze_draw
from inspections.services.draw_publication import publish_draw
from inspections.services.draw_witnesses import commit_draw, register_witness, reveal_secret
from inspections.services.drawing import run_draw
from inspections.services.draws import COUNT, SERIES, DrawPlan, start_draw, void_draw
from inspections.services.officers import add_tie
from projects.enums import SupervisionLevel, UnitRole
from projects.models import Organization
from reports.demo.past import Past, user
from reports.demo.people import CHIEF, DEPUTY, SUPERVISOR
from reports.demo.site_record import Fault
from reports.demo.site_visits import approve, end_visit, make_tablets, make_visits, tell_firms
from tenancy.models import Jurisdiction
from tenancy.scope import city_scope

WITNESSES = (
    ("bureau.legal", "市水利局政策法规科", "涪江水清两岸青山演示口令甲"),
    ("bureau.discipline", "市纪委监委派驻纪检监察组", "安昌河畔柳色青青演示口令乙"),
)
"""Who, of which office, with which secret: the draw is over, so the secrets are public."""
_REVIEWER = "beichuan.supervisor"
_FAULTS = (
    Fault(
        line="GX-04",
        code="E-005",
        kind="PHYSICAL_DEFECT",
        text="边墙混凝土表面麻面、气泡，面积约 0.6 m²，尚未处理",
        part="左岸边墙 0+120～0+135",
        basis="设计文件；SL/T 223-2025",
        photo="边墙麻面",
    ),
    Fault(
        line="GX-07",
        code="CM-041",
        kind="MANAGEMENT_VIOLATION",
        text="近一个月施工日志缺 3 天，隐蔽部位影像资料不全",
        part="资料室",
        basis="SL/T 223-2025",
    ),
)
_OTHER_FAULTS = (
    Fault(
        line="CL-03",
        code="CM-027",
        kind="MANAGEMENT_VIOLATION",
        text="钢筋堆场没有标识牌，部分钢筋直接落地堆放",
        part="钢筋加工场",
        basis="《水利工程质量管理规定》（水利部令第52号）",
        photo="钢筋堆场",
    ),
)


@transaction.atomic
def make_draws(past: Past) -> None:
    """All of them, unless the city has drawn already."""
    if Draw.objects.filter(number__startswith=f"{SERIES}-").exists():
        return
    device = make_tablets(past)
    _declare_tie(past)
    _void(past)
    draw = _drawn(past)
    _inspected(past, draw, device)
    publish_draw(draw_id=draw.pk, note="", by=user(CHIEF), at=past.at(8, 10))
    _counties(past)
    _frozen(past)
    make_visits(past, device)
    with city_scope(past.city.id, county=past.county.id):
        plan = _plan("北川县县级监管工程双随机抽查", [SupervisionLevel.COUNTY], count=1)
        _start(plan, past.county, by=_REVIEWER, past=past, ago=0)


def _plan(title: str, levels: Sequence[str], *, count: int = 2) -> DrawPlan:
    return DrawPlan(
        kind=DrawKind.PROJECT, title=title, levels=levels, is_whole=True, quota=COUNT, count=count
    )


def _start(plan: DrawPlan, organizer: Jurisdiction, *, by: str, past: Past, ago: int) -> Draw:
    at = past.at(ago, 9)
    return start_draw(plan=plan, organizer=organizer, parameters=shipped(), by=user(by), at=at)


def _declare_tie(past: Past) -> None:
    """An officer who has worked for a firm: it shows in the directory and keeps him from the firm's projects."""
    officer = Officer.objects.filter(jurisdiction=past.bureau, user__isnull=True).order_by("enforcement_id")[
        0
    ]
    firm = Organization.objects.filter(participations__role=UnitRole.CONTRACTOR).order_by("uscc")[0]
    add_tie(
        officer_id=officer.pk,
        about=firm,
        kind="SERVED",
        note="2021年以前在该单位任职（演示）",
        declared_on=past.day(40),
        by=user(CHIEF),
        at=past.at(40),
    )


def _void(past: Past) -> None:
    plan = _plan("市级监管工程第四批双随机抽查", [SupervisionLevel.CITY])
    draw = _start(plan, past.bureau, by=SUPERVISOR, past=past, ago=31)
    freeze_draw(draw_id=draw.pk, by=user(SUPERVISOR), at=past.at(31, 10))
    reason = "封存后发现抽取名称写错批次，作废后重新发起"
    void_draw(draw_id=draw.pk, reason=reason, by=user(SUPERVISOR), at=past.at(31, 11))


def _drawn(past: Past) -> Draw:
    """Two projects of those that the city supervises, before two witnesses."""
    plan = _plan("市级监管工程第五批双随机抽查", [SupervisionLevel.CITY])
    draw = _start(plan, past.bureau, by=SUPERVISOR, past=past, ago=30)
    freeze_draw(draw_id=draw.pk, by=user(SUPERVISOR), at=past.at(30, 10))
    _witnessed(past, draw, 30)
    return run_draw(draw_id=draw.pk, secrets={}, by=user(SUPERVISOR), at=past.at(30, 15))


def _witnessed(past: Past, draw: Draw, ago: int) -> None:
    for place, (name, unit, secret) in enumerate(WITNESSES, start=1):
        witness = user(name)
        register_witness(
            draw_id=draw.pk,
            name=witness.display_name,
            unit=unit,
            secret=secret,
            digest="",
            position=place,
            user_id=witness.pk,
            by=witness,
            at=past.at(ago, 10, 10 * place),
        )
    commit_draw(draw_id=draw.pk, by=user(SUPERVISOR), at=past.at(ago, 11))
    for name, _, secret in WITNESSES:
        reveal_secret(draw_id=draw.pk, secret=secret, by=user(name), at=past.at(ago, 14, 30))


def _inspected(past: Past, draw: Draw, device: Device) -> None:
    """Arranged from the draw, approved, told, inspected, reviewed by another."""
    purpose = Purpose(
        kind=InspectionKind.ROUTINE,
        inspected_on=past.day(22),
        item_ids=[InspectionItem.objects.filter(withdrawn_on__isnull=True).order_by("code")[0].pk],
    )
    made = arrange_draw(draw_id=draw.pk, purpose=purpose, by=user(SUPERVISOR), at=past.at(28))
    order = dict(DrawnProject.objects.filter(draw=draw).values_list("project", "position"))
    for one in sorted(made, key=lambda each: order[each.inspection.project_id]):
        inspection = one.inspection
        approve(past, inspection.pk, reason="双随机抽查", ago=27)
        tell_firms(past, inspection.pk, issued=26, served=25)
        faults = _FAULTS if order[inspection.project_id] == 1 else _OTHER_FAULTS
        end_visit(past, inspection, faults, device, ago=22)
        decisions = {fault.key: Decision(confirms=True) for fault in faults}
        review(inspection_id=inspection.pk, decisions=decisions, by=user(DEPUTY), at=past.at(20))


def _counties(past: Past) -> None:
    """Whom the duty inspections go to: drawn, not yet published."""
    plan = DrawPlan(kind=DrawKind.COUNTY, title="本季度履职检查对象抽取", quota=COUNT, count=2)
    draw = _start(plan, past.bureau, by=SUPERVISOR, past=past, ago=12)
    freeze_draw(draw_id=draw.pk, by=user(SUPERVISOR), at=past.at(12, 10))
    _witnessed(past, draw, 12)
    run_draw(draw_id=draw.pk, secrets={}, by=user(SUPERVISOR), at=past.at(12, 15))


def _frozen(past: Past) -> None:
    """Waiting for its witnesses: whoever tries the product goes on from here."""
    plan = _plan("市级监管工程第六批双随机抽查", [SupervisionLevel.CITY])
    draw = _start(plan, past.bureau, by=SUPERVISOR, past=past, ago=1)
    freeze_draw(draw_id=draw.pk, by=user(SUPERVISOR), at=past.at(1, 10))
