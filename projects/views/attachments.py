"""The files that are attached to projects, returns, reports and trainings."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.decorators import ScopedRequest, forbidden, requires
from accounts.roles import Capability
from core.filestore import file_response
from projects.enums import AttachmentKind
from projects.models import Attachment
from projects.services.attachments import kept_file, note_reading


def needed_capabilities(attachment: Attachment) -> tuple[Capability, ...]:
    """Who may open it (any of these): whoever may see its subject; a scan with an identity number only who needs it."""
    if attachment.kind == AttachmentKind.COMMITMENT:
        return (Capability.REGISTER_EDIT, Capability.ID_REVEAL)
    if attachment.monthly_return_id is not None:
        return (Capability.RETURN_VIEW,)
    if attachment.legal_person_report_id is not None:
        return (Capability.REPORT_VIEW,)
    if attachment.training_id is not None:
        return (Capability.GUIDANCE_VIEW,)
    return (Capability.PROJECT_VIEW,)


@requires(Capability.PROJECT_VIEW, Capability.RETURN_VIEW, Capability.REPORT_VIEW, Capability.GUIDANCE_VIEW)
@require_safe
def attachment_file(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """The file as it came, to be saved; images may be shown by our own pages with <img>."""
    attachment = get_object_or_404(Attachment, pk=pk)
    needed = needed_capabilities(attachment)
    if not any(request.assignment.allows(capability) for capability in needed):
        return forbidden(request, needed)
    found = kept_file(attachment)
    if found is None:
        raise Http404
    if attachment.kind == AttachmentKind.COMMITMENT:
        note_reading(attachment=attachment, by=request.user, at=timezone.now())
    data, kind = found
    return file_response(data, kind, attachment.title.removesuffix(kind.suffix))
