"""Guards of the JSON interface: the same promise as on pages (every view carries exactly one), refusals as JSON.

401: nobody is signed in, the queue waits. 403 names its cause in `code`: role, password, unknown, held, revoked. The
token against forged requests is asked by the same middleware as on pages (DRF would ask it of signed-in people only).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse

from accounts.decorators import GuardedView, ScopedRequest
from accounts.models import RoleAssignment
from accounts.roles import Capability, Role, holders
from inspections.models import Device
from inspections.selectors.devices import DeviceState, KnownDevice, device_by_token

ApiFunction = Callable[..., HttpResponseBase]
DEVICE_HEADER = "X-Anlan-Device"


class FieldRequest(ScopedRequest):
    """A request of a signed-in person on an active tablet. Only a type: never made by hand."""

    device: Device


def refused(status: int, code: str, message: str, **more: Any) -> HttpResponse:
    """A refusal with its cause: `code` for the program, `message` (one sentence) for the person."""
    body = {"code": code, "message": message, **more}
    return JsonResponse(body, status=status, json_dumps_params={"ensure_ascii": False})


def _guarded(view: ApiFunction, guard: object) -> GuardedView:
    """Write down the guard; and let the middleware check the request token, which DRF's `as_view` switches off."""
    marked = cast(Any, view)
    marked.guard = guard
    marked.csrf_exempt = False
    return cast(GuardedView, marked)


def api_public(view: ApiFunction) -> GuardedView:
    """For everybody: who am I, log-in."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return view(request, *args, **kwargs)

    return _guarded(guarded, "public")


def api_signed_in(view: ApiFunction) -> GuardedView:
    """For any signed-in person."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return _login_first(request) or view(request, *args, **kwargs)

    return _guarded(guarded, "signed_in")


def api_requires(*capabilities: Capability) -> Callable[[ApiFunction], GuardedView]:
    """Only for roles that hold any of the capabilities."""

    def decorate(view: ApiFunction) -> GuardedView:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            return _login_first(request) or _role(request, capabilities) or view(request, *args, **kwargs)

        return _guarded(guarded, capabilities)

    return decorate


def field_requires(*capabilities: Capability) -> Callable[[ApiFunction], GuardedView]:
    """The same, and only on an active tablet of this city; `request.device` is set."""

    def decorate(view: ApiFunction) -> GuardedView:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            refusal = _login_first(request) or _role(request, capabilities) or _device(request)
            return refusal or view(request, *args, **kwargs)

        return _guarded(guarded, capabilities)

    return decorate


def _login_first(request: HttpRequest) -> HttpResponse | None:
    if not request.user.is_authenticated:
        return refused(401, "login", "尚未登录或登录已过期，请登录；未送达的内容仍在平板上。")
    if getattr(request, "must_change_password", False):
        return refused(403, "password", "密码须先修改，请在办公端登录并修改密码；未送达的内容仍在平板上。")
    return None


def _role(request: HttpRequest, capabilities: tuple[Capability, ...]) -> HttpResponse | None:
    assignment: RoleAssignment | None = getattr(request, "assignment", None)
    if assignment is not None and any(assignment.allows(capability) for capability in capabilities):
        return None
    roles = {role for capability in capabilities for role in holders(capability)}
    labels = "、".join(role.label for role in Role if role in roles)
    return refused(403, "role", f"您当前的角色不能办理这件事。可以办理的角色：{labels}。")


def known_device(request: HttpRequest) -> KnownDevice:
    """The tablet that asks, by its header."""
    return device_by_token(request.headers.get(DEVICE_HEADER, ""))


def _device(request: HttpRequest) -> HttpResponse | None:
    known = known_device(request)
    if known.state == DeviceState.ACTIVE:
        request.device = known.device  # type: ignore[attr-defined]
        return None
    if known.state == DeviceState.HELD:
        return refused(403, "held", f"此平板已挂失：{known.reason}。请交回或联系设备管理人员。")
    if known.state == DeviceState.REVOKED:
        return refused(403, "revoked", f"此平板已注销：{known.reason}。请联系设备管理人员重新登记。")
    return refused(403, "unknown", "此平板没有在本市登记，请先用办公端生成的登记码登记。")
