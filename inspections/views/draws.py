"""Pages of random draws: list, start, the draw itself, its candidates, record, replay file, projector."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.act_pages import ActPage, act_page, bound
from accounts.decorators import ScopedRequest, requires
from accounts.roles import Capability
from core import display
from core.columns import Column, Kind
from core.components import Empty, Link
from core.listing import ListSpec
from inspections.draw_chips import draw_chip, steps_of, term_chip
from inspections.enums import DrawKind, DrawState
from inspections.filters.draws import DrawFilter
from inspections.forms.draws import StartForm
from inspections.models import Draw
from inspections.rules.draw_parameters import shipped
from inspections.selectors import draw_pages
from inspections.selectors.arranging import drawn_without_check
from inspections.selectors.draw_population import DRAWN_LEVELS, Owed, owed_in_year, projects_to_draw
from inspections.selectors.draws import (
    overdue_publications,
    record_of,
    replay_file,
    with_due_day,
    without_texts,
)
from inspections.selectors.trail import trail_of
from inspections.services.draws import QUOTAS, start_draw
from projects.enums import SupervisionLevel
from tenancy.enums import Level
from tenancy.models import City

VIEW, RUN = Capability.INSPECTION_VIEW, Capability.DRAW_RUN
WITNESS, PUBLISH = Capability.DRAW_WITNESS, Capability.DRAW_PUBLISH


def detail_url(draw: Draw) -> str:
    """The draw's page."""
    return reverse("draws:draw-detail", args=[draw.pk])


DRAWS: ListSpec[Any] = ListSpec(
    title="双随机抽查",
    key="draws",
    columns=(
        Column("number", "抽取编号", sort=("number",), link=detail_url, css="nowrap"),
        Column("title", "抽取名称", css="col-wide"),
        Column("kind", "类型", value="get_kind_display", sort=("kind",), css="nowrap"),
        Column("place", "组织单位", value="jurisdiction.short_name", sort=("jurisdiction__unit_order",)),
        Column(
            "state",
            "状态",
            value="get_state_display",
            sort=("state",),
            render=draw_chip,
            note=lambda d: d.void_reason,
        ),
        Column("population", "名录数", value="population_count", kind=Kind.INTEGER),
        Column("drawn", "抽中", value="drawn_count", kind=Kind.INTEGER),
        Column("day", "抽取日期", value="drawn_on", kind=Kind.DATE, sort=("drawn_on", "number")),
        Column("due", "公开期限", value="due_on", kind=Kind.DATE, sort=("due_on",), nullable=True),
        Column(
            "published",
            "结果公开",
            value="published_on",
            render=lambda d: term_chip(d, timezone.localdate()),
            css="nowrap",
        ),
    ),
    default_sort="-day",
    filterset=DrawFilter,
    search=("number__icontains", "title__icontains"),
    search_label="抽取编号或名称",
    row_css=lambda d: "row-muted" if d.state == DrawState.VOID else "",
    empty=Empty("还没有抽取", "发起抽取后，每一次都有编号；作废的也留在这里。"),
)


def draw_of(pk: uuid.UUID) -> Draw:
    """The draw, with its organizer; 404 outside of the scope."""
    return get_object_or_404(Draw.objects.select_related("jurisdiction"), pk=pk)


def is_organizer(request: ScopedRequest, draw: Draw) -> bool:
    """谁组织、谁办理: the bureau reads the draws of the counties, it does not run them."""
    return request.assignment.jurisdiction_id == draw.jurisdiction_id


def crumbs_of(draw: Draw | None = None) -> list[Link]:
    """The way back."""
    links = [Link("双随机抽查", reverse("draws:draw-list"))]
    return links if draw is None else [*links, Link(draw.number, detail_url(draw))]


@requires(VIEW)
@require_safe
def draw_list(request: ScopedRequest) -> HttpResponse:
    """Every start, void ones too; overdue publications first of all."""
    rows = draw_pages.with_drawn_count(with_due_day(without_texts().select_related("jurisdiction")))
    listing = DRAWS.build(request.GET, rows, scope=request.scope)
    if listing.is_export:
        return listing.export_response(at=timezone.now())
    actions = [
        Link("抽查对象名录", reverse("draws:object-list")),
    ]
    if request.assignment.allows(WITNESS):
        actions.append(Link("检查人员名录", reverse("draws:officer-list")))
    if request.assignment.allows(RUN):
        actions.append(Link("发起抽取", reverse("draws:draw-new"), is_primary=True))
    city = City.objects.get(pk=request.assignment.city_id)
    context = {
        "listing": listing,
        "actions": actions,
        "overdue": overdue_publications(timezone.localdate()).count(),
        "public_url": reverse("public:draw-list", args=[city.slug]),
    }
    return render(request, "inspections/draws/list.html", context)


@requires(RUN)
@require_http_methods(["GET", "POST"])
def draw_new(request: ScopedRequest) -> HttpResponse:
    """Start a draw: from here on it has a number that never goes away."""
    organizer = request.assignment.jurisdiction
    is_city = organizer.level == Level.CITY
    form = bound(request, StartForm, StartForm.defaults(), is_city=is_city)
    today, parameters = timezone.localdate(), shipped()

    def save(_: dict[str, Any]) -> str:
        draw = start_draw(
            plan=form.plan(),
            organizer=organizer,
            parameters=parameters,
            by=request.user,
            at=timezone.now(),
        )
        return reverse("draws:draw-candidates", args=[draw.pk])

    projects = list(projects_to_draw(today, DRAWN_LEVELS if is_city else (SupervisionLevel.COUNTY,)))
    owed = owed_in_year(projects, organizer, today, parameters)
    page = ActPage(
        title="发起抽取",
        submit="发起抽取",
        done="已取得抽取编号并生成名录，请核对候选对象。",
        back=reverse("draws:draw-list"),
        note="发起即取得编号；不再进行的抽取要作废并写明原因，编号和原因一直可见。",
        facts=[(one.name, _owed_words(one)) for one in owed],
        crumbs=crumbs_of(),
    )
    return act_page(request, page, form, save)


def _owed_words(one: Owed) -> str:
    return (
        f"在建 {one.population} 个，比例 {one.ratio / 100:g}%，近一年应抽 {one.wanted} 个，"
        f"已抽 {one.drawn} 个，尚欠 {one.left} 个"
    )


@requires(VIEW)
@require_safe
def draw_detail(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Everything about one draw."""
    draw = with_due_day(Draw.objects.select_related("jurisdiction")).filter(pk=pk).first() or draw_of(pk)
    witnesses = list(draw.witnesses.order_by("position"))
    context = {
        "draw": draw,
        "chip": draw_chip(draw),
        "term": term_chip(draw, timezone.localdate()),
        "steps": steps_of(draw),
        "facts": _facts(draw),
        "strata": draw_pages.strata_of(draw),
        "objects": draw_pages.drawn_objects(draw),
        "counties": draw_pages.drawn_county_names(draw),
        "may_substitute": _may_run(request, draw) and draw.state == DrawState.DRAWN,
        "witnesses": witnesses,
        "excluded": draw_pages.excluded_of(draw),
        "timeline": trail_of(draw),
        "actions": _actions(request, draw, witnesses),
        "crumbs": crumbs_of(),
    }
    return render(request, "inspections/draws/detail.html", context)


def _facts(draw: Draw) -> list[tuple[str, object]]:
    rule = draw.rule
    pairs: list[tuple[str, object]] = [
        ("类型", draw.get_kind_display()),
        ("组织单位", draw.jurisdiction.department_name),
        ("发起人", draw.started_by_name),
        ("名录数", draw.population_count),
    ]
    if rule:
        pairs += [
            ("抽取数", dict(QUOTAS).get(rule["quota"], "")),
            ("检查组", f"每组{rule['team_size']}人" if rule["team_size"] else "不抽检查人员"),
            ("交叉组队", "是" if rule["cross"] else "否"),
        ]
    pairs += [
        ("承诺值", display.short_hash(draw.commitment_sha256)),
        ("随机种子", display.short_hash(draw.seed_sha256)),
        ("记录摘要", display.short_hash(draw.record_sha256)),
        ("作废原因", draw.void_reason),
    ]
    return [(label, value) for label, value in pairs if value != "" and value is not None]


def _actions(request: ScopedRequest, draw: Draw, witnesses: list[Any]) -> list[Link]:
    address = [draw.pk]
    allows = request.assignment.allows
    me = request.user.pk
    own = next((one for one in witnesses if one.user == me), None)
    links: list[Link] = []
    if draw.frozen_text and draw.state != DrawState.VOID:
        links.append(Link("投影", reverse("draws:draw-screen", args=address)))
    if draw.frozen_text:
        links.append(Link("承诺公告", reverse("draws:draw-commitment", args=address)))
    if draw.record_text:
        links.append(Link("抽取记录", reverse("draws:draw-record", args=address)))
    is_drawn, is_own = draw.state == DrawState.DRAWN, is_organizer(request, draw)
    if is_drawn and is_own and allows(Capability.INSPECTION_ARRANGE) and drawn_without_check(draw):
        links.append(Link("安排检查", reverse("visits:arrange-draw", args=address)))
    if is_drawn and draw.kind == DrawKind.COUNTY and allows(Capability.DUTY_EDIT):
        links.append(Link("建立履职检查", reverse("duty:new", query={"draw": draw.pk})))
    if allows(WITNESS):
        links += _witness_links(draw, own, is_starter=draw.started_by == me)
    if _may_run(request, draw):
        links += _run_links(draw, is_witness=own is not None)
    is_publishable = is_drawn and draw.published_on is None and draw.kind != DrawKind.OFFICER
    if is_own and allows(PUBLISH) and is_publishable:
        links.append(Link("公开结果", reverse("draws:draw-publish", args=address), is_primary=True))
    # A draw that a ledger brought in was published elsewhere: here is no page of it.
    if draw.publications.exists():
        slug = City.objects.get(pk=draw.city_id).slug
        links.append(Link("公开页面", reverse("public:draw-detail", args=[slug, draw.number])))
    return links


def _may_run(request: ScopedRequest, draw: Draw) -> bool:
    return request.assignment.allows(RUN) and is_organizer(request, draw)


def _witness_links(draw: Draw, own: Any, *, is_starter: bool) -> list[Link]:
    address = [draw.pk]
    if draw.state == DrawState.FROZEN and own is None and not is_starter:
        return [Link("作为见证人提交口令摘要", reverse("draws:draw-witness", args=address))]
    if draw.state == DrawState.COMMITTED and own is not None and own.revealed_at is None:
        return [Link("公开我的口令", reverse("draws:draw-secret", args=address), is_primary=True)]
    return []


def _run_links(draw: Draw, *, is_witness: bool) -> list[Link]:
    """What whoever runs the draw does next; a witness has no hand in it until it is made."""
    address = [draw.pk]
    links = {
        DrawState.DRAFT: [
            Link("候选对象", reverse("draws:draw-candidates", args=address)),
            Link("封存名录", reverse("draws:draw-freeze", args=address), is_primary=True),
        ],
        DrawState.FROZEN: [
            Link("登记来宾见证人", reverse("draws:draw-guest", args=address)),
            Link("公布承诺", reverse("draws:draw-commit", args=address), is_primary=True),
        ],
        DrawState.COMMITTED: [Link("抽取", reverse("draws:draw-run", args=address), is_primary=True)],
    }.get(DrawState(draw.state), [])
    if is_witness:
        links = []
    if draw.state != DrawState.VOID and draw.published_on is None:
        links = [*links, Link("作废", reverse("draws:draw-void", args=address), is_danger=True)]
    return links


@requires(VIEW)
@require_safe
def draw_candidates(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """The population with strata, weights and exclusions, each with its reason."""
    draw = draw_of(pk)
    may_edit = _may_run(request, draw) and draw.state == DrawState.DRAFT and draw.kind != DrawKind.OFFICER
    actions = []
    if may_edit:
        actions = [
            Link("重新生成名录", reverse("draws:draw-rebuild", args=[pk])),
            Link("封存名录", reverse("draws:draw-freeze", args=[pk]), is_primary=True),
        ]
    context = {
        "draw": draw,
        "chip": draw_chip(draw),
        "lines": draw_pages.candidate_lines(draw, may_edit=may_edit),
        "strata": draw_pages.strata_of(draw),
        "may_edit": may_edit,
        "actions": actions,
        "crumbs": crumbs_of(draw),
    }
    return render(request, "inspections/draws/candidates.html", context)


@requires(VIEW)
@require_safe
def draw_commitment(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """The commitment on one sheet, to be printed, signed and put up before the secrets are known."""
    draw = draw_of(pk)
    if not draw.frozen_text:
        return redirect(detail_url(draw))
    context = {
        "draw": draw,
        "hash": draw.commitment_sha256 or draw.population_sha256,
        "strata": draw_pages.strata_of(draw),
        "witnesses": list(draw.witnesses.order_by("position")),
        "facts": [
            ("抽取编号", draw.number),
            ("抽取名称", draw.title),
            ("组织单位", draw.jurisdiction.department_name),
            ("名录总数", draw.population_count),
            ("封存时间", display.moment(draw.frozen_at)),
            ("公布时间", display.moment(draw.committed_at) if draw.committed_at else "尚未公布"),
        ],
        "crumbs": crumbs_of(draw),
    }
    return render(request, "inspections/draws/commitment.html", context)


@requires(VIEW)
@require_safe
def draw_record(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """The record on paper: secrets, seed, result, who was replaced; and how anyone repeats it."""
    draw = draw_of(pk)
    if not draw.record_text:
        return redirect(detail_url(draw))
    context = {
        "draw": draw,
        "record": record_of(draw),
        "witnesses": list(draw.witnesses.order_by("position")),
        "objects": draw_pages.drawn_objects(draw),
        "counties": draw_pages.drawn_county_names(draw),
        "strata": draw_pages.strata_of(draw),
        "differences": draw_pages.differences_of(draw),
        "may_download": request.assignment.allows(WITNESS),
        "crumbs": crumbs_of(draw),
    }
    return render(request, "inspections/draws/record.html", context)


@requires(WITNESS)
@require_safe
def draw_replay(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """The file that anyone can repeat the draw from (docs/draw.md)."""
    draw = draw_of(pk)
    if not draw.record_text:
        return redirect(detail_url(draw))
    answer = HttpResponse(replay_file(draw), content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="{draw.number}.json"'
    answer["Cache-Control"] = "no-store"
    return answer


@requires(VIEW)
@require_safe
def draw_screen(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """For the projector: one step after the other, with the arrow keys or the links."""
    draw = draw_of(pk)
    if not draw.frozen_text:
        return redirect(detail_url(draw))
    context = {**draw_pages.screen_of(draw, request.GET.get("step", "")), "detail_url": detail_url(draw)}
    return render(request, "inspections/draws/screen.html", context)
