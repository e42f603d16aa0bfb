"""Addresses of scores, of the rubric, of duty inspections and of the records behind points."""

from __future__ import annotations

from django.urls import path

from scoring.views import records, rubric, scores

app_name = "scoring"

urlpatterns = [
    path("scores/", scores.score_list, name="score-list"),
    path("scores/<slug:code>/<month:month>/", scores.score_detail, name="score-detail"),
    path("scores/<slug:code>/<month:month>/items/<slug:item>", scores.clause_detail, name="clause-detail"),
    path("rubric/", rubric.rubric_detail, name="rubric"),
    path("duty-inspections/<uuid:pk>", rubric.duty_detail, name="duty-detail"),
    path("records/<slug:kind>/<uuid:pk>", records.record_detail, name="record-detail"),
]
