"""The page that shows an identity number once, to somebody who may and says why."""

from __future__ import annotations

import uuid

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.decorators import ScopedRequest, requires
from accounts.roles import Capability
from core.components import Link
from core.errors import DomainError
from projects.forms.parties import RevealForm
from projects.models import KeyPerson, LifelongCommitment
from projects.services.parties.id_numbers import Holder, reveal_id_number
from projects.views.editing import page_of, project_crumbs


@requires(Capability.ID_REVEAL)
@never_cache
@require_http_methods(["GET", "POST"])
def person_reveal(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """The number of a key person."""
    person = get_object_or_404(KeyPerson.objects.select_related("project", "unit__organization"), pk=pk)
    return _reveal(request, person, name=person.name, crumbs=project_crumbs(person.project))


@requires(Capability.ID_REVEAL)
@never_cache
@require_http_methods(["GET", "POST"])
def commitment_reveal(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """The number of somebody who signed."""
    rows = LifelongCommitment.objects.select_related("project", "unit__organization")
    commitment = get_object_or_404(rows, pk=pk)
    return _reveal(
        request, commitment, name=commitment.person_name, crumbs=project_crumbs(commitment.project)
    )


def _reveal(request: ScopedRequest, holder: Holder, *, name: str, crumbs: list[Link]) -> HttpResponse:
    form = RevealForm(request.POST if request.method == "POST" else None)
    number = ""
    if request.method == "POST" and form.is_valid():
        try:
            number = reveal_id_number(
                holder=type(holder),
                holder_id=holder.pk,
                reason=form.cleaned_data["reason"],
                by=request.user,
                at=timezone.now(),
            )
        except DomainError as refusal:
            form.add_error(None, str(refusal))
    context = {
        "name": name,
        "number": number,
        "facts": [
            ("姓名", name),
            ("岗位", holder.post),
            ("单位", holder.unit.organization.name),
            ("工程", holder.project.name),
            ("身份证号码", holder.id_number_masked),
        ],
        "form": form,
        "back_url": page_of(holder.project, "people"),
        "crumbs": crumbs,
    }
    return render(request, "projects/parties/id_number.html", context, status=422 if form.errors else 200)
