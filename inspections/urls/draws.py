"""Addresses of random draws and of the officers' directory."""

from __future__ import annotations

from django.urls import path

from inspections.views import draw_acts as acts
from inspections.views import draws as views
from inspections.views import officers

app_name = "draws"

urlpatterns = [
    path("", views.draw_list, name="draw-list"),
    path("new", views.draw_new, name="draw-new"),
    path("objects", officers.object_list, name="object-list"),
    path("officers", officers.officer_list, name="officer-list"),
    path("officers/new", officers.officer_new, name="officer-new"),
    path("officers/<uuid:pk>", officers.officer_detail, name="officer-detail"),
    path("officers/<uuid:pk>/edit", officers.officer_edit, name="officer-edit"),
    path("officers/<uuid:pk>/ties/new", officers.tie_new, name="tie-new"),
    path("officers/ties/<uuid:pk>/end", officers.tie_end, name="tie-end"),
    path("seats/<uuid:pk>/substitute", acts.draw_substitute, name="draw-substitute"),
    path("<uuid:pk>", views.draw_detail, name="draw-detail"),
    path("<uuid:pk>/candidates", views.draw_candidates, name="draw-candidates"),
    path("<uuid:pk>/candidate", acts.draw_candidate, name="draw-candidate"),
    path("<uuid:pk>/rebuild", acts.draw_rebuild, name="draw-rebuild"),
    path("<uuid:pk>/freeze", acts.draw_freeze, name="draw-freeze"),
    path("<uuid:pk>/witness", acts.draw_witness, name="draw-witness"),
    path("<uuid:pk>/guest", acts.draw_guest, name="draw-guest"),
    path("<uuid:pk>/commit", acts.draw_commit, name="draw-commit"),
    path("<uuid:pk>/commitment", views.draw_commitment, name="draw-commitment"),
    path("<uuid:pk>/secret", acts.draw_secret, name="draw-secret"),
    path("<uuid:pk>/run", acts.draw_run, name="draw-run"),
    path("<uuid:pk>/screen", views.draw_screen, name="draw-screen"),
    path("<uuid:pk>/record", views.draw_record, name="draw-record"),
    path("<uuid:pk>/replay.json", views.draw_replay, name="draw-replay"),
    path("<uuid:pk>/void", acts.draw_void, name="draw-void"),
    path("<uuid:pk>/publish", acts.draw_publish, name="draw-publish"),
]
