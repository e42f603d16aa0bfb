"""Addresses of the record of an inspection; part of the namespace `visits`."""

from __future__ import annotations

from django.urls import path

from inspections.views import lists, record, visits

urlpatterns = [
    path("", visits.inspection_list, name="inspection-list"),
    path("catalogue", lists.catalogue, name="catalogue"),
    path("checklists/", lists.checklist_list, name="checklist-list"),
    path("<uuid:pk>", visits.inspection_detail, name="inspection-detail"),
    path("<uuid:pk>/record", record.record_edit, name="record"),
    path("<uuid:pk>/record/findings/<uuid:key>/sibling", record.finding_sibling, name="finding-sibling"),
    path("<uuid:pk>/conflicts", record.conflict_list, name="conflicts"),
    path("<uuid:pk>/conclude", visits.inspection_conclude, name="conclude"),
    path("<uuid:pk>/review", visits.inspection_review, name="review"),
]
