"""外业设备: the tablets, a code for a new one, hold, release, revoke."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.act_pages import ActPage, act_page, bound, show_act
from accounts.decorators import ScopedRequest, requires
from accounts.roles import Capability
from core import display
from core.columns import Column, Kind
from core.components import Empty, Link, Tone, chip
from core.listing import ListSpec
from core.qr import SCREEN_SCALE, qr_svg
from inspections.filters.devices import DeviceFilter
from inspections.filters.photos import ANY
from inspections.forms.devices import CodeForm, ReasonForm
from inspections.models import Device
from inspections.selectors.devices import DeviceState, state_of, visible_devices
from inspections.selectors.trail import trail_of
from inspections.services.devices import create_code, hold_device, release_device, revoke_device

_STATES: dict[DeviceState, tuple[Tone, str]] = {
    DeviceState.ACTIVE: (Tone.OK, "在用"),
    DeviceState.HELD: (Tone.BAD, "已挂失"),
    DeviceState.REVOKED: (Tone.IDLE, "已注销"),
    DeviceState.UNKNOWN: (Tone.IDLE, "未登记"),
}


def device_chip(device: Device) -> SafeString:
    """在用, 已挂失, 已注销."""
    return chip(*_STATES[state_of(device)])


DEVICES: ListSpec[Device] = ListSpec(
    title="外业设备",
    key="devices",
    columns=(
        Column(
            "name",
            "设备",
            sort=("name",),
            link=lambda d: reverse("devices:device-detail", args=[d.pk]),
            css="col-name",
        ),
        Column("state", "状态", value=lambda d: _STATES[state_of(d)][1], render=device_chip, css="nowrap"),
        Column("place", "使用单位", value="jurisdiction.short_name", sort=("jurisdiction__unit_order",)),
        Column(
            "seen", "最近连接", value="last_seen_at", kind=Kind.MOMENT, sort=("last_seen_at",), nullable=True
        ),
        Column(
            "waiting",
            "未送达（条）",
            value="waiting_count",
            kind=Kind.INTEGER,
            sort=("waiting_count",),
            nullable=True,
        ),
        Column("version", "应用版本", value="app_version"),
        Column("enrolled", "登记", value="enrolled_at", kind=Kind.MOMENT, sort=("enrolled_at",)),
        Column("by", "登记人", value="enrolled_by_name", css="nowrap"),
    ),
    default_sort="name",
    filterset=DeviceFilter,
    search=("name__icontains", "enrolled_by_name__icontains"),
    search_label="设备名称或登记人",
    row_css=lambda d: "row-bad" if state_of(d) == DeviceState.HELD else "row-muted" if d.revoked_at else "",
    empty=Empty("没有外业设备", "生成登记码，在平板上登录后输入，即登记一台。"),
)


def _crumbs(device: Device | None = None) -> list[Link]:
    crumbs = [Link("外业设备", reverse("devices:device-list"))]
    if device is not None:
        crumbs.append(Link(device.name, reverse("devices:device-detail", args=[device.pk])))
    return crumbs


def field_address(request: HttpRequest) -> str:
    """Where a tablet opens the client: the product's own address, or the one that this page was asked at."""
    path = reverse("field:shell")
    return f"{settings.ANLAN_SITE_URL}{path}" if settings.ANLAN_SITE_URL else request.build_absolute_uri(path)


@requires(Capability.DEVICE_MANAGE)
@require_safe
def device_list(request: ScopedRequest) -> HttpResponse:
    """The tablets of the scope."""
    listing = DEVICES.build(request.GET, visible_devices())
    if listing.is_export:
        return listing.export_response(at=timezone.now())
    actions = [
        Link("打开平板外业", reverse("field:shell")),
        Link("照片疑点", f"{reverse('devices:photo-list')}?doubt={ANY}"),
        Link("导入导出包", reverse("devices:bundle")),
        Link("生成登记码", reverse("devices:code-new"), is_primary=True),
    ]
    context = {"listing": listing, "actions": actions, "address": field_address(request)}
    return render(request, "inspections/devices/list.html", context)


@requires(Capability.DEVICE_MANAGE)
@require_safe
def device_detail(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """One tablet and what happened to it."""
    device = get_object_or_404(visible_devices(), pk=pk)
    actions = []
    if device.revoked_at is None:
        if device.held_at is None:
            actions.append(Link("挂失", reverse("devices:hold", args=[pk])))
        else:
            actions.append(Link("解除挂失", reverse("devices:release", args=[pk])))
        actions.append(Link("注销", reverse("devices:revoke", args=[pk]), is_danger=True))
    waiting = "" if device.waiting_count is None else f"{display.number(device.waiting_count)} 条"
    context = {
        "device": device,
        "chip": device_chip(device),
        "actions": actions,
        "crumbs": _crumbs(),
        "facts": [
            ("使用单位", device.jurisdiction.department_name),
            ("登记", f"{display.moment(device.enrolled_at)} {device.enrolled_by_name}"),
            ("最近连接", display.moment(device.last_seen_at)),
            ("设备上未送达", waiting),
            ("应用版本", device.app_version),
            ("挂失", f"{display.moment(device.held_at)} {device.held_reason}" if device.held_at else ""),
            (
                "注销",
                f"{display.moment(device.revoked_at)} {device.revoked_reason}" if device.revoked_at else "",
            ),
        ],
        "entries": trail_of(device),
    }
    return render(request, "inspections/devices/detail.html", context)


@requires(Capability.DEVICE_MANAGE)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def code_new(request: ScopedRequest) -> HttpResponse:
    """A code for a new tablet of the own office; shown once."""
    form = bound(request, CodeForm)
    if request.method == "POST" and form.is_valid():
        code = create_code(
            name=form.cleaned_data["name"],
            jurisdiction=request.assignment.jurisdiction,
            by=request.user,
            at=timezone.now(),
        )
        address = field_address(request)
        context = {
            "code": code,
            "address": address,
            "qr": qr_svg(address, scale=SCREEN_SCALE),
            "crumbs": _crumbs(),
        }
        return render(request, "inspections/devices/code.html", context)
    page = ActPage(
        title="生成登记码",
        submit="生成登记码",
        done="",
        back=reverse("devices:device-list"),
        note=request.assignment.jurisdiction.department_name,
        crumbs=_crumbs(),
    )
    return show_act(request, page, form)


def _is_past(request: HttpRequest, device: Device, *states: DeviceState) -> bool:
    """Nothing left to ask: the tablet's page says how it stands. What is sent all the same is refused in words."""
    return request.method != "POST" and state_of(device) not in states


@requires(Capability.DEVICE_MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def device_hold(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """挂失."""
    device = get_object_or_404(visible_devices(), pk=pk)
    if _is_past(request, device, DeviceState.ACTIVE):
        return redirect("devices:device-detail", pk)
    page = ActPage(
        title="挂失平板",
        submit="挂失",
        done=f"“{device.name}”已挂失。",
        back=reverse("devices:device-detail", args=[pk]),
        note=device.name,
        warning="平板下一次连接时即停用，收不到也送不出任何内容；机内未送达的记录加密保存，找回后解除挂失即可继续送达。",
        crumbs=_crumbs(device),
        is_danger=True,
    )

    def save(data: dict[str, Any]) -> None:
        hold_device(device_id=pk, **data, by=request.user, at=timezone.now())

    return act_page(request, page, bound(request, ReasonForm), save)


@requires(Capability.DEVICE_MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def device_release(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Found again."""
    device = get_object_or_404(visible_devices(), pk=pk)
    if _is_past(request, device, DeviceState.HELD):
        return redirect("devices:device-detail", pk)
    page = ActPage(
        title="解除挂失",
        submit="解除挂失",
        done=f"“{device.name}”已解除挂失。",
        back=reverse("devices:device-detail", args=[pk]),
        note=device.name,
        facts=[("挂失原因", device.held_reason)],
        crumbs=_crumbs(device),
    )

    def save(_: dict[str, Any]) -> None:
        release_device(device_id=pk, by=request.user, at=timezone.now())

    return act_page(request, page, bound(request, forms.Form), save)


@requires(Capability.DEVICE_MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def device_revoke(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """注销."""
    device = get_object_or_404(visible_devices(), pk=pk)
    if _is_past(request, device, DeviceState.ACTIVE, DeviceState.HELD):
        return redirect("devices:device-detail", pk)
    page = ActPage(
        title="注销平板",
        submit="注销",
        done=f"“{device.name}”已注销。",
        back=reverse("devices:device-detail", args=[pk]),
        note=device.name,
        warning="注销不能撤回。机内尚有未送达的记录时，请先送达或由记录人导出。",
        facts=[("设备上未送达", device.waiting_count)],
        crumbs=_crumbs(device),
        is_danger=True,
    )

    def save(data: dict[str, Any]) -> None:
        revoke_device(device_id=pk, **data, by=request.user, at=timezone.now())

    return act_page(request, page, bound(request, ReasonForm), save)
