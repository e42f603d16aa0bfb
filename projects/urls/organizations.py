"""Addresses of organizations, people and lifelong liability."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "organizations"

urlpatterns: list[URLPattern] = []
