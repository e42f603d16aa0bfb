"""Addresses of 数据疑点."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "doubts"

urlpatterns: list[URLPattern] = []
