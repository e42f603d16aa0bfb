"""Addresses of supervisory tests: budgets, commissions, samples, reports."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "tests"

urlpatterns: list[URLPattern] = []
