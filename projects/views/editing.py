"""How the pages of the register ask for facts: one form page, one confirm page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.decorators import ScopedRequest
from core.components import Link
from core.errors import DomainError
from projects.forms.base import RegisterForm
from projects.models import Project
from projects.services.register.writing import RegisterRefused


def project_crumbs(project: Project) -> list[Link]:
    """The way to the pages of one project."""
    return [
        Link("工程台账", reverse("projects:project-list")),
        Link(project.name, reverse("projects:project-detail", args=[project.pk])),
    ]


def page_of(project: Project, anchor: str = "") -> str:
    """The project's page, at a block."""
    address = reverse("projects:project-detail", args=[project.pk])
    return f"{address}#{anchor}" if anchor else address


def show_form(
    request: ScopedRequest,
    form: forms.Form,
    *,
    title: str,
    submit: str,
    cancel_url: str,
    crumbs: Sequence[Link],
    facts: Sequence[tuple[str, object]] = (),
    note: str = "",
    template: str = "projects/register_form.html",
    **more: Any,
) -> HttpResponse:
    """The form, with its errors when it was sent."""
    context = {
        "form": form,
        "title": title,
        "submit": submit,
        "cancel_url": cancel_url,
        "crumbs": list(crumbs),
        "facts": facts,
        "note": note,
        **more,
    }
    return render(request, template, context, status=422 if form.errors else 200)


def write(form: forms.Form, act: Callable[[], Any]) -> Any:
    """What the service returns, or None with the refusal shown in the form."""
    try:
        return act()
    except RegisterRefused as refusal:
        if isinstance(form, RegisterForm):
            form.refuse(refusal)
        else:
            for problem in refusal.problems:
                form.add_error(problem.field if problem.field in form.fields else None, problem.sentence)
    except DomainError as refusal:
        form.add_error(None, str(refusal))
    return None


def confirm(
    request: ScopedRequest,
    act: Callable[[], Any],
    *,
    title: str,
    submit: str,
    facts: Sequence[tuple[str, object]],
    back: str,
    done_url: str,
    done: str,
    crumbs: Sequence[Link],
    warning: str = "",
) -> HttpResponse:
    """Ask before something goes; do it on POST, say why not when it is refused."""
    error = ""
    if request.method == "POST":
        try:
            act()
        except DomainError as refusal:
            error = str(refusal)
        else:
            messages.success(request, done)
            return redirect(done_url)
    context = {
        "title": title,
        "facts": [(label, value) for label, value in facts if value not in ("", None, "—")],
        "warning": warning,
        "submit": submit,
        "is_danger": True,
        "cancel_url": back,
        "error": error,
        "crumbs": list(crumbs),
    }
    return render(request, "projects/register_confirm.html", context, status=409 if error else 200)
