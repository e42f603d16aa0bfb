"""Addresses of year plans, the list of inspection items, frequency caps."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "plans"

urlpatterns: list[URLPattern] = []
