"""Addresses of the tablet's client: shell and service worker."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "field"

urlpatterns: list[URLPattern] = []
