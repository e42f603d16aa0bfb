"""Pages of key people: the list with 项目经理多项目, one person across projects, entering and leaving a post."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decorators import ScopedRequest, requires
from accounts.roles import Capability
from core import display
from core.columns import Column, Kind
from core.components import Empty, Link, Tone, chip
from core.listing import ListSpec
from projects.chips import certificate_chip
from projects.filters.parties import KeyPersonFilter
from projects.forms.parties import EndForm, PersonForm
from projects.models import KeyPerson
from projects.rules.people import MANAGER_POST
from projects.selectors.parties.people import (
    commitments_of,
    conflicts_of,
    listed_people,
    namesakes,
    people_counts,
    same_person,
)
from projects.services.parties.people import add_person, change_person, end_person
from projects.views.editing import page_of, project_crumbs, show_form, write
from projects.views.organizations import FORM
from projects.views.units import unit_facts, unit_of

_ANCHOR = "people"


def _state(person: Any) -> SafeString:
    if person.is_elsewhere:
        return chip(Tone.WARN, "多项目", "同一项目经理还在其他在建工程任职")
    return chip(Tone.OK, "在岗") if person.is_in_post else chip(Tone.IDLE, "已离岗")


def _state_text(person: Any) -> str:
    if person.is_elsewhere:
        return "项目经理多项目"
    return "在岗" if person.is_in_post else "已离岗"


PEOPLE: ListSpec[KeyPerson] = ListSpec(
    title="主要管理人员",
    columns=(
        Column(
            "name",
            "姓名",
            sort=("name_pinyin", "name"),
            link=lambda p: reverse("organizations:person-detail", args=[p.pk]),
            css="nowrap",
        ),
        Column("post", "岗位", sort=("post",), css="nowrap"),
        Column(
            "project",
            "工程",
            value="project.name",
            sort=("project__name_pinyin",),
            link=lambda p: reverse("projects:project-detail", args=[p.project_id]),
            css="col-name",
        ),
        Column("county", "县（市、区）", value="jurisdiction.short_name", sort=("jurisdiction__unit_order",)),
        Column(
            "unit",
            "单位",
            value="unit.organization.name",
            sort=("unit__organization__name_pinyin",),
            note=lambda p: p.unit.get_role_display(),
        ),
        Column("certificate", "证书号", value="certificate_number"),
        Column(
            "expiry",
            "证书有效期至",
            value="certificate_valid_until",
            kind=Kind.DATE,
            sort=("certificate_valid_until",),
            nullable=True,
        ),
        Column("state", "状态", value=_state_text, render=_state, css="nowrap"),
    ),
    default_sort="name",
    key="people",
    filterset=KeyPersonFilter,
    search=("name__icontains", "certificate_number__icontains", "project__name__icontains"),
    search_latin=("name_pinyin__contains", "name_initials__contains"),
    search_label="姓名、证书号、工程或拼音首字母",
    row_css=lambda p: "row-warn" if _state_text(p) == "项目经理多项目" else "",
    empty=Empty("还没有人员", "人员在工程页的参建单位下登记。"),
)


@requires(Capability.PROJECT_VIEW)
@require_safe
def person_list(request: ScopedRequest) -> HttpResponse:
    """The key people of the scope; `?concern=multi` are the 项目经理 of several active projects."""
    as_of = timezone.localdate()
    listing = PEOPLE.build(request.GET, listed_people(as_of=as_of), scope=request.scope, as_of=as_of)
    if listing.is_export:
        return listing.export_response(at=timezone.now())
    context = {
        "listing": listing,
        "counts": people_counts(as_of=as_of),
        "concern": request.GET.get("concern", ""),
    }
    return render(request, "projects/parties/person_list.html", context)


def _person(pk: uuid.UUID) -> KeyPerson:
    rows = KeyPerson.objects.select_related(
        "project__jurisdiction", "unit__organization", "unit__project", "unit__section"
    )
    person: KeyPerson = get_object_or_404(rows, pk=pk)
    return person


def _crumbs(person: KeyPerson | None = None) -> list[Link]:
    crumbs = [Link("主要管理人员", reverse("organizations:person-list"))]
    if person is not None:
        crumbs.append(Link(person.name, reverse("organizations:person-detail", args=[person.pk])))
    return crumbs


@requires(Capability.PROJECT_VIEW)
@require_safe
def person_detail(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """One person across the projects of the scope."""
    person = _person(pk)
    as_of = timezone.localdate()
    posts = list(same_person(person).order_by("-valid_from", "project__code"))
    allows = request.assignment.allows
    conflicts = []
    if person.post == MANAGER_POST:
        conflicts = _conflicts(person, as_of)
    actions = []
    if allows(Capability.REGISTER_EDIT):
        actions = [
            Link("登记离岗", reverse("organizations:person-end", args=[pk])),
            Link("修改", reverse("organizations:person-edit", args=[pk])),
        ]
    context = {
        "person": person,
        "facts": _facts(person, may_call=allows(Capability.REGISTER_EDIT)),
        "certificate": certificate_chip(person.certificate_valid_until, as_of),
        "posts": posts,
        "commitments": list(commitments_of(posts).order_by("-signed_on")),
        "namesakes": namesakes(person).count(),
        "namesakes_url": reverse("organizations:person-list", query={"q": person.name}),
        "conflicts": conflicts,
        "reveal_url": _reveal_url(person) if allows(Capability.ID_REVEAL) else "",
        "actions": actions,
        "crumbs": _crumbs(),
    }
    return render(request, "projects/parties/person_detail.html", context)


def _reveal_url(person: KeyPerson) -> str:
    has_number = bool(person.id_number_sealed)
    return reverse("organizations:person-reveal", args=[person.pk]) if has_number else ""


def _conflicts(person: KeyPerson, as_of: dt.date) -> list[KeyPerson]:
    return conflicts_of(
        name=person.name,
        certificate_number=person.certificate_number,
        digest=person.id_number_digest,
        but_project=person.project,
        as_of=as_of,
    )


def _facts(person: KeyPerson, *, may_call: bool) -> list[tuple[str, object]]:
    return [
        ("岗位", person.post),
        ("单位", person.unit.organization.name),
        ("工程", person.project.name),
        ("证书号", person.certificate_number),
        ("证书有效期至", display.day(person.certificate_valid_until)),
        ("联系电话", person.phone if may_call else display.masked_phone(person.phone)),
        ("身份证号码", person.id_number_masked),
        ("在岗期限", f"{display.day(person.valid_from)} ～ {display.day(person.valid_to)}"),
    ]


@requires(Capability.REGISTER_EDIT)
@require_http_methods(["GET", "POST"])
def person_new(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Put somebody in a post of a unit."""
    unit = unit_of(pk)
    form = PersonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        person = write(
            form, lambda: add_person(unit_id=pk, terms=form.terms, by=request.user, at=timezone.now())
        )
        if person is not None:
            messages.success(request, f"已登记{person.post}“{person.name}”。")
            _warn(request, person)
            return redirect(page_of(unit.project, _ANCHOR))
    return show_form(
        request,
        form,
        title="登记主要管理人员",
        submit="登记",
        cancel_url=page_of(unit.project, _ANCHOR),
        crumbs=project_crumbs(unit.project),
        facts=unit_facts(unit),
        template=FORM,
        columns=2,
    )


def _warn(request: ScopedRequest, person: KeyPerson) -> None:
    """A 项目经理 of two active projects is shown at once; whether it is allowed a person judges."""
    if person.post != MANAGER_POST:
        return
    for other in _conflicts(person, timezone.localdate()):
        messages.warning(
            request,
            f"“{person.name}”还是{other.project.jurisdiction.short_name}“{other.project.name}”的项目经理："
            "同一项目经理一般不得同时在两个在建工程任职，请核实。",
        )


@requires(Capability.REGISTER_EDIT)
@require_http_methods(["GET", "POST"])
def person_edit(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Put right what is known of the same somebody."""
    person = _person(pk)
    form = PersonForm(request.POST if request.method == "POST" else None, person=person)
    if request.method == "POST" and form.is_valid():
        saved = write(
            form, lambda: change_person(person_id=pk, terms=form.terms, by=request.user, at=timezone.now())
        )
        if saved is not None:
            messages.success(request, "人员信息已保存。")
            _warn(request, _person(pk))
            return redirect(page_of(person.project, _ANCHOR))
    return show_form(
        request,
        form,
        title=f"修改 {person.name}",
        submit="保存",
        cancel_url=page_of(person.project, _ANCHOR),
        crumbs=project_crumbs(person.project),
        facts=unit_facts(person.unit),
        note="换人请先登记离岗，再登记接任人。",
        template=FORM,
        columns=2,
    )


@requires(Capability.REGISTER_EDIT)
@require_http_methods(["GET", "POST"])
def person_end(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Somebody leaves a post."""
    person = _person(pk)
    form = EndForm(request.POST if request.method == "POST" else None, initial={"valid_to": person.valid_to})
    form.fields["valid_to"].label = "离岗日期"
    if request.method == "POST" and form.is_valid():
        saved = write(
            form,
            lambda: end_person(
                person_id=pk, valid_to=form.cleaned_data["valid_to"], by=request.user, at=timezone.now()
            ),
        )
        if saved is not None:
            messages.success(request, f"已登记“{person.name}”离岗。")
            return redirect(page_of(person.project, _ANCHOR))
    return show_form(
        request,
        form,
        title="登记离岗",
        submit="登记离岗日期",
        cancel_url=page_of(person.project, _ANCHOR),
        crumbs=project_crumbs(person.project),
        facts=[("姓名", person.name), ("岗位", person.post), *unit_facts(person.unit)],
        note="离岗后记录保留；负有终身责任的，请由接任人重签承诺书。",
        template=FORM,
    )
