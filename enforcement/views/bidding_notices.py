"""Drafting the 整改通知书 of a bidding check."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.act_pages import ActPage, act_page, bound
from accounts.decorators import ScopedRequest, requires
from accounts.roles import Capability
from core.components import Link
from core.forms import Form
from enforcement.services.bidding_notices import draft_bidding_notice
from inspections.forms.checks import OrganizationField
from inspections.selectors.bidding import visible_bidding
from projects.forms.fields import DayField


class BiddingNoticeForm(Form):
    """To whom, and until when."""

    addressee = OrganizationField(label="主送单位", help_text="名称或统一社会信用代码；一般为项目法人。")
    due_on = DayField(label="整改期限", required=True)


@requires(Capability.NOTICE_EDIT)
@require_http_methods(["GET", "POST"])
def notice_of_bidding(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Addressee and term; the rest comes from the check."""
    row = get_object_or_404(visible_bidding().select_related("project__legal_person"), pk=pk)
    own = reverse("bidding:detail", args=[pk])
    initial = {"addressee": row.project.legal_person} if row.project else {}
    form = bound(request, BiddingNoticeForm, initial)

    def save(data: dict[str, Any]) -> str:
        notice = draft_bidding_notice(check_id=pk, **data, by=request.user, at=timezone.now())
        return reverse("enforcement:notice-detail", args=[notice.pk])

    page = ActPage(
        title="起草招投标整改通知书",
        submit="起草",
        done="整改通知书已起草，请办理公文。",
        back=own,
        note=row.number,
        facts=[
            ("核查事项", row.get_matter_display()),
            ("工程", row.project.name if row.project else ""),
            ("核查结果", row.result),
            ("处理意见", row.handling),
        ],
        crumbs=[Link("招投标核查", reverse("bidding:list")), Link(row.number, own)],
    )
    return act_page(request, page, form, save)
