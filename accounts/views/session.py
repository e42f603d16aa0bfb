"""Sign in, sign out, password, change of role."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.views import LoginView
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.decorators import is_api, public, signed_in
from accounts.forms import ChangePasswordForm, SignInForm
from accounts.middleware import ASSIGNMENT
from accounts.models import User
from accounts.services import change_password as set_password
from accounts.services import own_assignments
from accounts.sessions import close_session, stamp_session


@method_decorator(never_cache, name="dispatch")
class SignInView(LoginView):
    """The log-in page. A second factor will stand between `form_valid` and the session (a later issue)."""

    template_name = "accounts/login.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def form_valid(self, form: Any) -> HttpResponse:
        """Open the session and note it in the trail of the person's first city."""
        user: User = form.get_user()
        response = super().form_valid(form)
        stamp_session(self.request, user, at=timezone.now())
        return response


sign_in = public(SignInView.as_view())


@signed_in
@require_POST
@never_cache
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session; the row is deleted, so an old cookie is worth nothing."""
    close_session(request, _person(request), at=timezone.now())
    messages.success(request, "您已退出。")
    return redirect("accounts:login")


def _person(request: HttpRequest) -> User:
    """The signed-in person behind a guard."""
    return cast(User, request.user)


@signed_in
@never_cache
@require_http_methods(["GET", "POST"])
def change_password(request: HttpRequest) -> HttpResponse:
    """Change one's own password; other sessions of the person end."""
    form = ChangePasswordForm(_person(request), request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = _person(request)
        set_password(user=user, new_password=form.cleaned_data["new_password"], at=timezone.now())
        update_session_auth_hash(request, user)
        messages.success(request, "密码已修改。")
        return redirect("/")
    return render(
        request, "accounts/change_password.html", {"form": form}, status=422 if form.errors else 200
    )


@signed_in
@require_POST
def switch_role(request: HttpRequest) -> HttpResponse:
    """Act in another of one's own roles."""
    wanted = request.POST.get("assignment", "")
    if wanted not in {str(a.id) for a in own_assignments(_person(request))}:
        raise Http404
    request.session[ASSIGNMENT] = wanted
    return redirect("/")


@signed_in
@require_POST
def switch_text_size(request: HttpRequest) -> HttpResponse:
    """大字版 or not, kept with the account."""
    user = _person(request)
    user.large_text = request.POST.get("size") == "large"
    user.save(update_fields=["large_text"])
    back = request.POST.get("next", "/")
    return redirect(back if url_has_allowed_host_and_scheme(back, allowed_hosts=None) else "/")


LOCKED = "连续输错密码，该账户已锁定 15 分钟，请稍后再试。"


def locked_out(request: HttpRequest, credentials: dict[str, Any], *args: Any, **kwargs: Any) -> HttpResponse:
    """Shown by django-axes after too many wrong passwords; the same page for known and unknown names."""
    if is_api(request):
        return JsonResponse({"code": "locked", "message": LOCKED}, status=429)
    return render(request, "accounts/locked.html", status=429)
