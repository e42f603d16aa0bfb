"""Addresses of the year plan, tasks, trainings and meetings."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "guidance"

urlpatterns: list[URLPattern] = []
