"""The page of an act: what it is about, a form, a warning, the verb; on POST it is done, or said why not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString

from accounts.decorators import ScopedRequest
from core.components import Link
from core.errors import DomainError

F = TypeVar("F", bound=forms.Form)
Save = Callable[[dict[str, Any]], str | None]
"""Does the act with the cleaned data; may name another address to go on to."""
ACT, CONFIRM = "act.html", "act_confirm.html"
"""A form to fill in; a page that asks to confirm what it lists."""


@dataclass(frozen=True, kw_only=True)
class ActPage:
    """What stands around a form: title, verb, where to go on, what to say then."""

    title: str
    submit: str
    done: str
    back: str
    note: str = ""
    warning: str = ""
    facts: Sequence[tuple[str, object]] = ()
    crumbs: Sequence[Link] = field(default_factory=list)
    chip: SafeString | str = ""
    is_danger: bool = False
    has_file: bool = False


def act_page(
    request: ScopedRequest, page: ActPage, form: forms.Form, save: Save, *, template: str = ACT
) -> HttpResponse:
    """Show the form; on POST do the act and go on, or show it again with what is wrong."""
    error = ""
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                target = save(form.cleaned_data)
        except DomainError as refusal:
            error = str(refusal)
        else:
            messages.success(request, page.done)
            return redirect(target or page.back)
    return show_act(request, page, form, error, template=template)


def show_act(
    request: ScopedRequest, page: ActPage, form: forms.Form, error: str = "", *, template: str = ACT
) -> HttpResponse:
    """The page as it stands, with what is wrong."""
    context = {
        "page": page,
        "form": form,
        "error": error,
        "facts": [(label, value) for label, value in page.facts if value not in ("", None)],
        "crumbs": page.crumbs,
    }
    status = 422 if form.errors or error else 200
    return render(request, template, context, status=status)


def bound(request: ScopedRequest, kind: type[F], initial: dict[str, Any] | None = None, **given: Any) -> F:
    """The form, filled from the request on POST; `given` goes to its constructor."""
    if request.method == "POST":
        return kind(request.POST, request.FILES, initial=initial or {}, **given)
    return kind(initial=initial or {}, **given)
