"""Addresses of 数据疑点."""

from __future__ import annotations

from django.urls import path

from projects.views import doubts

app_name = "doubts"

urlpatterns = [
    path("", doubts.doubt_list, name="list"),
    path("bulk", doubts.doubt_bulk, name="bulk"),
    path("run", doubts.doubt_run, name="run"),
    path("<uuid:pk>", doubts.doubt_detail, name="detail"),
    path("<uuid:pk>/explain", doubts.doubt_explain, name="explain"),
    path("<uuid:pk>/clear", doubts.doubt_clear, name="clear"),
    path("<uuid:pk>/error", doubts.doubt_error, name="error"),
]
