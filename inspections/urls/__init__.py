"""Addresses of findings."""

from __future__ import annotations

from django.urls import path

from inspections.views import findings as views

app_name = "inspections"

urlpatterns = [
    path("", views.finding_list, name="finding-list"),
    path("<uuid:pk>", views.finding_detail, name="finding-detail"),
    path("<uuid:pk>/evidence", views.evidence_add, name="evidence-add"),
    path("evidence/<uuid:pk>/file", views.evidence_file, name="evidence-file"),
]
