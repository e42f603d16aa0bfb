"""Acts on a draw: candidates, freeze, witnesses, commitment, secrets, the draw, substitutes, void, publication."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.act_pages import ActPage, act_page, bound
from accounts.decorators import ScopedRequest, requires
from core import display
from core.components import Link
from core.errors import DomainError
from inspections.enums import DrawKind, DrawState
from inspections.forms.draws import (
    CandidateForm,
    GuestForm,
    PublishForm,
    ReasonForm,
    RevealForm,
    RunForm,
    SecretForm,
)
from inspections.models import Draw, DrawnOfficer
from inspections.selectors import draw_pages
from inspections.services import draw_publication, draw_witnesses, drawing
from inspections.services import draws as service
from inspections.services.draw_freezing import freeze_draw
from inspections.views.draws import PUBLISH, RUN, WITNESS, crumbs_of, detail_url, draw_of, is_organizer


def _moved_on(draw: Draw, *states: str) -> bool:
    """The draw is past the act: its page says where it stands."""
    return draw.state not in states


def _not_now(request: ScopedRequest, draw: Draw, *states: str) -> bool:
    """The draw is past the act, or another office's."""
    return _moved_on(draw, *states) or not is_organizer(request, draw)


def _is_witness_already(request: ScopedRequest, draw: Draw) -> bool:
    """One form is enough: whoever comes back to it is shown the draw. What is sent a second time is refused in words."""
    return request.method != "POST" and draw.witnesses.filter(user=request.user.pk).exists()


def _candidates_url(draw: Draw) -> str:
    return reverse("draws:draw-candidates", args=[draw.pk])


@requires(RUN)
@require_http_methods(["GET", "POST"])
def draw_candidate(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Leave one candidate out, or take it in again; `?key=` names it."""
    draw = draw_of(pk)
    key = request.GET.get("key", "")
    if _not_now(request, draw, DrawState.DRAFT) or not key:
        return redirect(_candidates_url(draw))
    line = next((one for one in draw_pages.candidate_lines(draw, may_edit=False) if one.key == key), None)
    if line is None:
        raise Http404
    back = _candidates_url(draw)

    def save(data: dict[str, Any]) -> None:
        service.edit_candidate(
            draw_id=pk,
            key=key,
            is_excluded=data["act"] == "OUT",
            reason=data["reason"],
            by=request.user,
            at=timezone.now(),
        )

    page = ActPage(
        title="调整候选对象",
        submit="保存",
        done="候选对象已调整，理由已记入名录。",
        back=back,
        facts=[
            ("对象", line.name),
            ("编号", line.key),
            ("分层", line.stratum),
            ("权重", f"{line.weight}（{line.weight_reason}）"),
            ("目前", f"排除：{line.exclusion}" if line.exclusion else "参加抽取"),
        ],
        crumbs=[*crumbs_of(draw), Link("候选对象", back)],
    )
    return act_page(request, page, bound(request, CandidateForm), save)


@requires(RUN)
@require_http_methods(["GET", "POST"])
def draw_rebuild(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """The list anew from today's register."""
    draw = draw_of(pk)
    if _not_now(request, draw, DrawState.DRAFT):
        return redirect(detail_url(draw))

    def save(_: dict[str, Any]) -> None:
        service.rebuild_candidates(draw_id=pk, by=request.user, at=timezone.now())

    page = ActPage(
        title="重新生成名录",
        submit="重新生成",
        done="名录已按今天的台账重新生成。",
        back=_candidates_url(draw),
        warning="手工排除和列入的对象将恢复为规则计算的结果，已作的调整在审计日志中保留。",
        crumbs=crumbs_of(draw),
    )
    return act_page(request, page, bound(request, forms.Form), save)


@requires(RUN)
@require_http_methods(["GET", "POST"])
def draw_freeze(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """The list stands."""
    draw = draw_of(pk)
    if _not_now(request, draw, DrawState.DRAFT):
        return redirect(detail_url(draw))

    def save(_: dict[str, Any]) -> None:
        freeze_draw(draw_id=pk, by=request.user, at=timezone.now())

    strata = draw_pages.strata_of(draw)
    page = ActPage(
        title="封存名录",
        submit="封存名录",
        done="名录、规则、检查人员和回避情形已封存，请见证人提交口令摘要。",
        back=detail_url(draw),
        facts=[
            ("抽取", f"{draw.number} {draw.title}"),
            *[(one.name, f"共 {one.population} 个，参加抽取 {one.able} 个") for one in strata],
        ],
        warning="封存后名录、权重、排除理由、检查人员和回避情形都不能再改；要改只能作废后重新发起。",
        crumbs=crumbs_of(draw),
    )
    return act_page(request, page, bound(request, forms.Form), save)


@requires(WITNESS)
@sensitive_post_parameters("secret")
@require_http_methods(["GET", "POST"])
def draw_witness(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """A witness with an account hands in the hash of the own secret."""
    draw = draw_of(pk)
    if _moved_on(draw, DrawState.FROZEN) or _is_witness_already(request, draw):
        return redirect(detail_url(draw))
    place = draw.witnesses.count() + 1
    unit = f"{request.assignment.jurisdiction.department_name}（{request.assignment.get_role_display()}）"

    def save(data: dict[str, Any]) -> None:
        draw_witnesses.register_witness(
            draw_id=pk,
            name=request.user.display_name,
            unit=unit,
            secret=data["secret"],
            digest=data["digest"],
            position=data["position"],
            user_id=request.user.pk,
            by=request.user,
            at=timezone.now(),
        )

    page = _witness_page(draw, place, [("见证人", request.user.display_name), ("单位", unit)])
    return act_page(request, page, bound(request, SecretForm, {"position": place}), save)


@requires(RUN)
@sensitive_post_parameters("secret")
@require_http_methods(["GET", "POST"])
def draw_guest(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """A witness without an account types at the desk of whoever runs the draw."""
    draw = draw_of(pk)
    if _not_now(request, draw, DrawState.FROZEN):
        return redirect(detail_url(draw))
    place = draw.witnesses.count() + 1

    def save(data: dict[str, Any]) -> None:
        draw_witnesses.register_witness(draw_id=pk, user_id=None, by=request.user, at=timezone.now(), **data)

    page = _witness_page(draw, place, [])
    return act_page(request, page, bound(request, GuestForm, {"position": place}), save)


def _witness_page(draw: Draw, place: int, facts: list[tuple[str, object]]) -> ActPage:
    return ActPage(
        title="见证人提交口令摘要",
        submit="提交",
        done="口令摘要已登记，抽取时请输入同一口令。",
        back=detail_url(draw),
        note=f"{draw.number} 第 {place} 位见证人",
        warning="口令由见证人自己设定并记住，不告诉任何人；忘记口令，本次抽取只能作废。",
        facts=[
            *facts,
            ("名录摘要", display.spaced_hash(draw.population_sha256)),
            ("抽取说明", format_html('<a href="{}">口令摘要怎样计算</a>', reverse("public:draw-rules"))),
        ],
        crumbs=crumbs_of(draw),
    )


@requires(RUN)
@require_http_methods(["GET", "POST"])
def draw_commit(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Publish the commitment."""
    draw = draw_of(pk)
    if _not_now(request, draw, DrawState.FROZEN):
        return redirect(detail_url(draw))

    def save(_: dict[str, Any]) -> str:
        draw_witnesses.commit_draw(draw_id=pk, by=request.user, at=timezone.now())
        return reverse("draws:draw-commitment", args=[pk])

    witnesses = draw.witnesses.order_by("position")
    page = ActPage(
        title="公布承诺",
        submit="公布承诺",
        done="承诺值已公布，请打印承诺公告，由见证人签字后张贴。",
        back=detail_url(draw),
        facts=[
            ("承诺值", display.spaced_hash(draw.population_sha256)),
            *[(f"见证人 {one.position}", f"{one.name}（{one.unit}）") for one in witnesses],
        ],
        warning="公布后不再登记见证人；抽取要么完成，要么作废并公开原因。",
        crumbs=crumbs_of(draw),
    )
    return act_page(request, page, bound(request, forms.Form), save)


@requires(WITNESS)
@sensitive_post_parameters("secret")
@require_http_methods(["GET", "POST"])
def draw_secret(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """A witness with an account reveals the own secret."""
    draw = draw_of(pk)
    is_waiting = draw.witnesses.filter(user=request.user.pk, revealed_at__isnull=True).exists()
    if _moved_on(draw, DrawState.COMMITTED) or not is_waiting:
        return redirect(detail_url(draw))

    def save(data: dict[str, Any]) -> None:
        draw_witnesses.reveal_secret(draw_id=pk, secret=data["secret"], by=request.user, at=timezone.now())

    page = ActPage(
        title="公开我的口令",
        submit="公开口令",
        done="口令与摘要相符，已提交；抽取完成前任何人都看不到。",
        back=detail_url(draw),
        note=f"{draw.number} {draw.title}",
        crumbs=crumbs_of(draw),
    )
    return act_page(request, page, bound(request, RevealForm), save)


@requires(RUN)
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def draw_run(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Guests reveal at the desk, and the draw is made, in one act."""
    draw = draw_of(pk)
    if _not_now(request, draw, DrawState.COMMITTED):
        return redirect(detail_url(draw))
    waiting = list(draw.witnesses.filter(revealed_at__isnull=True).order_by("position"))
    absent = [one.name for one in waiting if one.user is not None]
    form = bound(request, RunForm, guests=[one for one in waiting if one.user is None])

    def save(_: dict[str, Any]) -> str:
        secrets = form.secrets()
        drawing.run_draw(draw_id=pk, secrets=secrets, by=request.user, at=timezone.now())
        return reverse("draws:draw-screen", args=[pk], query={"step": "seed"})

    page = ActPage(
        title="抽取",
        submit="抽取",
        done="已抽取，记录已形成。",
        back=detail_url(draw),
        note=f"{draw.number} {draw.title}",
        facts=[("承诺值", display.spaced_hash(draw.commitment_sha256))],
        warning=f"{'、'.join(absent)}须先用本人账户公开口令。"
        if absent
        else "抽取只进行一次，结果不能重来。",
        crumbs=crumbs_of(draw),
    )
    return act_page(request, page, form, save)


@requires(RUN)
@require_http_methods(["GET", "POST"])
def draw_void(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """The draw ends without a result that counts; number and reason stay."""
    draw = draw_of(pk)
    if _not_now(request, draw, DrawState.DRAFT, DrawState.FROZEN, DrawState.COMMITTED, DrawState.DRAWN):
        return redirect(detail_url(draw))

    def save(data: dict[str, Any]) -> None:
        service.void_draw(draw_id=pk, reason=data["reason"], by=request.user, at=timezone.now())

    page = ActPage(
        title="作废抽取",
        submit="作废",
        done="抽取已作废，编号和原因保留在列表中。",
        back=detail_url(draw),
        facts=[("抽取", f"{draw.number} {draw.title}"), ("目前", draw.get_state_display())],
        warning="作废的抽取不会删除：编号、名录、已抽结果和作废原因一直可见，也计入作废次数。",
        crumbs=crumbs_of(draw),
        is_danger=True,
    )
    return act_page(request, page, bound(request, ReasonForm), save)


@requires(RUN)
@require_http_methods(["GET", "POST"])
def draw_substitute(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """The next of the drawn order takes somebody's place."""
    rows = DrawnOfficer.objects.select_related("officer", "drawn_project__project", "draw__jurisdiction")
    row = get_object_or_404(rows, pk=pk)
    draw = row.draw
    if _not_now(request, draw, DrawState.DRAWN) or row.replaced_at is not None:
        return redirect(detail_url(draw))

    def save(data: dict[str, Any]) -> None:
        drawing.substitute_officer(
            drawn_officer_id=pk, reason=data["reason"], by=request.user, at=timezone.now()
        )

    page = ActPage(
        title="递补检查人员",
        submit="递补",
        done="已按抽取顺序递补，原人员和原因保留在记录中。",
        back=detail_url(draw),
        facts=[
            ("工程", row.drawn_project.project.name),
            ("被替换", f"{row.officer.name}（{row.get_team_role_display()}）"),
        ],
        warning="递补人员是抽取时已排定顺序中的下一位，不能挑选；不能参加的人员也留下原因。",
        crumbs=crumbs_of(draw),
    )
    return act_page(request, page, bound(request, ReasonForm), save)


@requires(PUBLISH)
@require_http_methods(["GET", "POST"])
def draw_publish(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """What will be public beside what stays hidden; then it is published, once."""
    draw = draw_of(pk)
    if (
        _not_now(request, draw, DrawState.DRAWN)
        or draw.published_on is not None
        or draw.kind == DrawKind.OFFICER
    ):
        return redirect(detail_url(draw))
    form = bound(request, PublishForm)
    error, now = "", timezone.now()
    note = form.cleaned_data["note"] if request.method == "POST" and form.is_valid() else ""
    if request.method == "POST" and form.is_valid() and "publish" in request.POST:
        try:
            draw_publication.publish_draw(draw_id=pk, note=note, by=request.user, at=now)
        except DomainError as refusal:
            error = str(refusal)
        else:
            return redirect(detail_url(draw))
    context = {
        "draw": draw,
        "ready": draw_publication.prepare(draw, note=note, at=now),
        "due": draw_publication.due_day(draw),
        "form": form,
        "error": error,
        "crumbs": crumbs_of(draw),
    }
    status = 422 if error or form.errors else 200
    return render(request, "inspections/draws/publish.html", context, status=status)
