"""Addresses of the tablet's client: shell and service worker."""

from __future__ import annotations

from django.urls import path

from inspections.views import field

app_name = "field"

urlpatterns = [
    path("", field.shell, name="shell"),
    path("sw.js", field.worker, name="worker"),
]
