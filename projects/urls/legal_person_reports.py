"""Addresses of the legal persons' quality reports."""

from __future__ import annotations

from django.urls import path

from projects.views import legal_person_reports as views

app_name = "legal_person_reports"

urlpatterns = [
    path("", views.report_list, name="report-list"),
    path("<uuid:pk>", views.report_detail, name="report-detail"),
    path("<uuid:pk>/sections/<slug:section>", views.report_section, name="report-section"),
    path("<uuid:pk>/submit", views.report_submit, name="report-submit"),
    path("<uuid:pk>/return", views.report_return, name="report-return"),
    path("<uuid:pk>/assess", views.report_assess, name="report-assess"),
    path("<uuid:pk>/attach", views.report_attach, name="report-attach"),
]
