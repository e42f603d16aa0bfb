"""Addresses of scores, of the rubric and of duty inspections."""

from __future__ import annotations

from django.urls import path

from scoring.views import rubric, scores

app_name = "scoring"

urlpatterns = [
    path("scores/", scores.score_list, name="score-list"),
    path("scores/<slug:code>/<month:month>/", scores.score_detail, name="score-detail"),
    path("scores/<slug:code>/<month:month>/items/<slug:item>", scores.clause_detail, name="clause-detail"),
    path("rubric/", rubric.rubric_detail, name="rubric"),
    path("duty-inspections/<uuid:pk>", rubric.duty_detail, name="duty-detail"),
]
