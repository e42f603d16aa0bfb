"""Addresses of the office's pages of the tablets, photos and conflicts."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "devices"

urlpatterns: list[URLPattern] = []
