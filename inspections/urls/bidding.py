"""Addresses of bidding checks."""

from __future__ import annotations

from django.urls import path

from inspections.views import bidding
from inspections.views.check_evidence import check_file

app_name = "bidding"

urlpatterns = [
    path("", bidding.bidding_list, name="list"),
    path("new", bidding.bidding_new, name="new"),
    path("<uuid:pk>", bidding.bidding_detail, name="detail"),
    path("<uuid:pk>/edit", bidding.bidding_edit, name="edit"),
    path("<uuid:pk>/evidence", bidding.bidding_evidence, name="evidence-add"),
    path("files/<uuid:pk>", check_file, {"of": "bidding_check"}, name="file"),
]
