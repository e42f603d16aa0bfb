"""What the pages of guidance share: whom they are for, a form that is saved, an act that is confirmed."""

from __future__ import annotations

from collections.abc import Callable

from django import forms
from django.http import Http404, HttpResponse

from accounts.act_pages import CONFIRM, ActPage, F, Save, act_page, bound
from accounts.decorators import ScopedRequest
from accounts.roles import Capability
from tenancy.models import Jurisdiction

VIEW, EDIT = Capability.GUIDANCE_VIEW, Capability.GUIDANCE_EDIT
PART = (Capability.GUIDANCE_VIEW, Capability.TASK_ANSWER)
"""Pages that those who are given a task may open too."""


def form_page(
    request: ScopedRequest, page: ActPage, form: F, save: Callable[[F], str | None]
) -> HttpResponse:
    """Show the form; on POST save it and go on, or show it again with what is wrong.

    save: does the act with the valid form; may name another address to go on to.
    """
    return act_page(request, page, form, lambda _: save(form))


def confirm_page(
    request: ScopedRequest, page: ActPage, run: Save, form: forms.Form | None = None
) -> HttpResponse:
    """Ask; on POST do it. A refusal is shown on the same page and changes nothing."""
    return act_page(request, page, form or bound(request, forms.Form), run, template=CONFIRM)


def place_of(request: ScopedRequest, code: str) -> Jurisdiction:
    """The jurisdiction of an address; what the reader's scope does not reach is not there."""
    found = Jurisdiction.objects.filter(code=code).first()
    reach = request.scope.county_id
    if found is None or request.scope.organization_uscc or (reach is not None and reach != found.pk):
        raise Http404
    return found
