"""Addresses of duty inspections of counties. The page of one is `scoring:duty-detail`."""

from __future__ import annotations

from django.urls import path

from inspections.views.check_evidence import check_file
from scoring.views import duty

app_name = "duty"

urlpatterns = [
    path("", duty.duty_list, name="list"),
    path("new", duty.duty_new, name="new"),
    path("<uuid:pk>/edit", duty.duty_edit, name="edit"),
    path("<uuid:pk>/sheet", duty.duty_sheet, name="sheet"),
    path("<uuid:pk>/conclude", duty.duty_conclude, name="conclude"),
    path("items/<uuid:pk>/evidence", duty.duty_evidence, name="evidence-add"),
    path("files/<uuid:pk>", check_file, {"of": "duty_item"}, name="file"),
]
