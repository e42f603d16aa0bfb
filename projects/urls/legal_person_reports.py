"""Addresses of the legal persons' quality reports."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "legal_person_reports"

urlpatterns: list[URLPattern] = []
