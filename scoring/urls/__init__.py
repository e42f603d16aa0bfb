"""Addresses of scores, of the rubric, of duty inspections and of the records behind points."""

from __future__ import annotations

from django.urls import path

from scoring.views import duty, key_lists, records, risk, rubric, scores

app_name = "scoring"

urlpatterns = [
    path("scores/", scores.score_list, name="score-list"),
    path("scores/<slug:code>/<month:month>/", scores.score_detail, name="score-detail"),
    path("scores/<slug:code>/<month:month>/items/<slug:item>", scores.clause_detail, name="clause-detail"),
    path("rubric/", rubric.rubric_detail, name="rubric"),
    path("duty-inspections/<uuid:pk>", duty.duty_detail, name="duty-detail"),
    path("key-lists/", key_lists.key_list_list, name="key-list-list"),
    path("key-lists/new", key_lists.key_list_new, name="key-list-new"),
    path("key-lists/<uuid:pk>", key_lists.key_list_detail, name="key-list-detail"),
    path("key-lists/<uuid:pk>/changes", key_lists.key_list_changes, name="key-list-changes"),
    path("key-lists/<uuid:pk>/confirm", key_lists.key_list_confirm, name="key-list-confirm"),
    path("key-lists/<uuid:pk>/<slug:act>", key_lists.key_list_act, name="key-list-act"),
    path("key-lists/rules", risk.risk_rules, name="risk-rules"),
    path("key-lists/risks/<uuid:pk>", risk.risk_detail, name="risk-detail"),
    path("key-lists/risks/<uuid:pk>/entry", key_lists.key_list_entry, name="key-list-entry"),
    path("records/<slug:kind>/<uuid:pk>", records.record_detail, name="record-detail"),
]
