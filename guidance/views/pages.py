"""Two shapes that every act has here: a form to fill in, and a page that asks to confirm."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from accounts.decorators import ScopedRequest
from accounts.roles import Capability
from core.components import Link
from core.errors import DomainError
from tenancy.models import Jurisdiction

Save = Callable[[dict[str, Any]], object]
VIEW, EDIT = Capability.GUIDANCE_VIEW, Capability.GUIDANCE_EDIT
PART = (Capability.GUIDANCE_VIEW, Capability.TASK_ANSWER)
"""Pages that those who are given a task may open too."""


@dataclass(frozen=True, kw_only=True)
class Page:
    """What stands around a form: title, verb, where to go on, what to say then."""

    title: str
    submit: str
    done: str
    back: str
    note: str = ""
    warning: str = ""
    facts: Sequence[tuple[str, object]] = ()
    crumbs: Sequence[Link] = field(default_factory=list)
    is_danger: bool = False
    has_file: bool = False


def form_page(
    request: ScopedRequest, page: Page, form: forms.Form, save: Callable[[forms.Form], str | None]
) -> HttpResponse:
    """Show the form; on POST save it and go on, or show it again with what is wrong.

    save: does the act with the valid form; may name another address to go on to.
    """
    error = ""
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                target = save(form)
        except DomainError as refusal:
            error = str(refusal)
        else:
            messages.success(request, page.done)
            return redirect(target or page.back)
    context = {"page": page, "form": form, "error": error, "crumbs": page.crumbs}
    status = 422 if form.errors or error else 200
    return render(request, "guidance/form.html", context, status=status)


def confirm_page(
    request: ScopedRequest, page: Page, run: Save, form: forms.Form | None = None
) -> HttpResponse:
    """Ask; on POST do it. A refusal is shown on the same page and changes nothing."""
    error = ""
    is_valid = form is None or form.is_valid()
    if request.method == "POST" and is_valid:
        try:
            with transaction.atomic():
                run(form.cleaned_data if form is not None else {})
        except DomainError as refusal:
            error = str(refusal)
        else:
            messages.success(request, page.done)
            return redirect(page.back)
    context = {
        "page": page,
        "form": form or "",
        "error": error,
        "facts": [(label, value) for label, value in page.facts if value not in ("", None)],
        "crumbs": page.crumbs,
    }
    status = 422 if error or (form is not None and form.errors) else 200
    return render(request, "guidance/confirm.html", context, status=status)


def bound(
    request: ScopedRequest, kind: type[forms.Form], initial: dict[str, Any] | None = None
) -> forms.Form:
    """The form, filled from the request on POST."""
    if request.method == "POST":
        return kind(request.POST, request.FILES)
    return kind(initial=initial or {})


def place_of(request: ScopedRequest, code: str) -> Jurisdiction:
    """The jurisdiction of an address; what the reader's scope does not reach is not there."""
    found = Jurisdiction.objects.filter(code=code).first()
    reach = request.scope.county_id
    if found is None or request.scope.organization_uscc or (reach is not None and reach != found.pk):
        raise Http404
    return found
