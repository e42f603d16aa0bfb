"""Addresses of the register."""

from __future__ import annotations

from django.urls import path

from projects.views import attachments, bulk, filings, position, progress, records
from projects.views import register as views

app_name = "projects"

urlpatterns = [
    path("", views.project_list, name="project-list"),
    path("bulk", bulk.project_bulk, name="project-bulk"),
    path("<uuid:pk>", views.project_detail, name="project-detail"),
    path("new", records.project_new, name="project-new"),
    path("<uuid:pk>/edit", records.project_edit, name="project-edit"),
    path("<uuid:pk>/remove", records.project_remove, name="project-remove"),
    path("<uuid:pk>/position", position.project_position, name="project-position"),
    path("<uuid:pk>/position.svg", position.project_position_map, name="project-position-map"),
    path("<uuid:pk>/add/<slug:kind>", records.record_add, name="record-add"),
    path("records/<slug:kind>/<uuid:pk>/edit", records.record_edit, name="record-edit"),
    path("records/<slug:kind>/<uuid:pk>/remove", records.record_remove, name="record-remove"),
    path("sections/<uuid:pk>/progress", progress.section_progress, name="section-progress"),
    path("filings", filings.filing_list, name="filing-list"),
    path("filings/<uuid:pk>/review", filings.filing_review, name="filing-review"),
    path("filing-types", filings.filing_type_list, name="filing-type-list"),
    path("filing-types/new", filings.filing_type_new, name="filing-type-new"),
    path("filing-types/defaults", filings.filing_type_defaults, name="filing-type-defaults"),
    path("filing-types/<uuid:pk>/edit", filings.filing_type_edit, name="filing-type-edit"),
    path("<uuid:pk>/attach", progress.attachment_add, name="attachment-add"),
    path("attachments/<uuid:pk>", attachments.attachment_file, name="attachment-file"),
    path("attachments/<uuid:pk>/remove", progress.attachment_remove, name="attachment-remove"),
]
