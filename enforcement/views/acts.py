"""One confirm page for every act on a measure: the question, the facts, the fields, the verb."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts.decorators import ScopedRequest
from core.components import Link
from core.errors import DomainError
from enforcement.forms import MeasureForm, PlainForm


@dataclass(frozen=True)
class Act:
    """One verb. `run` is the service; it is called with the measure's id under `key`, the form's data, by and at."""

    label: str
    question: str
    states: Collection[str]
    run: Callable[..., Any]
    done: str
    form: type[MeasureForm] = PlainForm
    warning: str = ""
    is_danger: bool = False


@dataclass(frozen=True)
class Page:
    """Where the measure stands: its own address, its facts, the crumbs of its confirm page."""

    url: str
    facts: list[tuple[str, object]]
    crumbs: list[Link] = field(default_factory=list)


def links_of(
    acts: Mapping[str, Act], row: Any, url_of: Callable[[str], str], document: Link | None = None
) -> list[Link]:
    """The acts that the state allows, as buttons; the first that is no refusal is the page's primary one.

    document: where the next step is a document, whose issue IS the act; it then comes first.
    """
    links: list[Link] = [document] if document is not None else []
    for name, act in acts.items():
        if row.state in act.states:
            is_first = not any(link.is_primary for link in links)
            links.append(
                Link(
                    act.label,
                    url_of(name),
                    is_primary=is_first and not act.is_danger,
                    is_danger=act.is_danger,
                )
            )
    return links


def run_act(
    request: ScopedRequest, acts: Mapping[str, Act], name: str, row: Any, key: str, page: Page
) -> HttpResponse:
    """Show the confirm page, do the act on POST, keep the form when it is refused."""
    act = acts.get(name)
    if act is None:
        raise Http404
    if row.state not in act.states:
        messages.error(request, f"当前状态为“{row.get_state_display()}”，不能进行该操作，请按当前状态办理。")
        return redirect(page.url)
    form = act.form(row, request.POST) if request.method == "POST" else act.form(row)
    error = ""
    if request.method == "POST" and form.is_valid():
        try:
            act.run(**{key: row.pk}, **form.cleaned_data, by=request.user, at=timezone.now())
        except DomainError as refusal:
            error = str(refusal)
        else:
            messages.success(request, act.done)
            return redirect(page.url)
    context = {
        "title": act.question,
        "form": form,
        "error": error,
        "facts": [(label, value) for label, value in page.facts if value not in ("", None, "—")],
        "warning": act.warning,
        "submit": act.label,
        "is_danger": act.is_danger,
        "cancel_url": page.url,
        "crumbs": page.crumbs,
    }
    status = 422 if form.errors or error else 200
    return render(request, "enforcement/measure_confirm.html", context, status=status)
