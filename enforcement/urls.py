"""Addresses of notices and interviews."""

from __future__ import annotations

from django.urls import path

from enforcement.views import notices

app_name = "enforcement"

urlpatterns = [
    path("notices/", notices.notice_list, name="notice-list"),
    path("notices/<uuid:pk>", notices.notice_detail, name="notice-detail"),
]
