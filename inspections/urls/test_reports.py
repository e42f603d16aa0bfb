"""The address of registering a report: included with `term`, the working days that a failure leaves."""

from __future__ import annotations

from django.urls import path

from inspections.views.test_reports import report

app_name = "test_reports"

urlpatterns = [path("<uuid:pk>/report", report, name="report")]
