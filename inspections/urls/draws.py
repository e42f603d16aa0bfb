"""Addresses of random draws and of the officers' directory."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "draws"

urlpatterns: list[URLPattern] = []
