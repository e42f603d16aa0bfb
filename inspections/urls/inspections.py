"""Addresses of inspections: arranging, approval, notice, record, review."""

from __future__ import annotations

from django.urls import path

from inspections.urls import record as record_urls
from inspections.views import approvals, arranging

app_name = "visits"

urlpatterns = [
    *record_urls.urlpatterns,
    path("new", arranging.inspection_arrange, name="arrange"),
    path("of-draw/<uuid:pk>", arranging.arrange_draw, name="arrange-draw"),
    path("<uuid:pk>/team", arranging.team_edit, name="team-edit"),
    path("<uuid:pk>/merge", arranging.merge, name="merge"),
    path("<uuid:pk>/split", arranging.split, name="split"),
    path("<uuid:pk>/void", arranging.void, name="void"),
    path("<uuid:pk>/approval", approvals.approval_request, name="approval-request"),
    path("<uuid:pk>/notices", approvals.notice_issue, name="notice-issue"),
    path("approvals/", approvals.approval_list, name="approval-list"),
    path("approvals/<uuid:pk>", approvals.approval_decide, name="approval-decide"),
    path("notices/<uuid:pk>/served", approvals.notice_serve, name="notice-serve"),
]
