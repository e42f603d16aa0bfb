"""All addresses. Every view carries a guard; tests/architecture walks this table."""

from __future__ import annotations

from django.urls import include, path, register_converter

from config import views
from core.converters import MonthConverter
from reports.views.dashboard import home
from reports.views.search import search_page
from reports.views.todos import todo_list
from scoring.selectors.terms import failed_test_workdays, transfer_workdays

register_converter(MonthConverter, "month")

urlpatterns = [
    path("", home, name="home"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("account/", include("accounts.urls")),
    path("todos", todo_list, name="todos"),
    path("search", search_page, name="search"),
    path("projects/", include("projects.urls")),
    path("organizations/", include("projects.urls.organizations")),
    path("returns/", include("projects.urls.returns")),
    path("doubts/", include("projects.urls.doubts")),
    path("legal-person-reports/", include("projects.urls.legal_person_reports")),
    path("messages/", include("messaging.urls")),
    path("guidance/", include("guidance.urls")),
    path("findings/", include("inspections.urls")),
    path("inspections/", include("inspections.urls.inspections")),
    path("inspection-plans/", include("inspections.urls.plans")),
    path("draws/", include("inspections.urls.draws")),
    path("public/", include("inspections.urls.public")),
    path("tests/", include("inspections.urls.tests")),
    path("tests/", include("inspections.urls.test_reports"), {"term": failed_test_workdays}),
    path("duty-inspections/", include("scoring.urls.duty")),
    path("bidding-checks/", include("inspections.urls.bidding")),
    path("devices/", include("inspections.urls.devices")),
    path("field/", include("inspections.urls.field")),
    path("api/v1/", include("inspections.urls.api")),
    path("enforcement/clues/", include("enforcement.clue_urls"), {"term": transfer_workdays}),
    path("enforcement/", include("enforcement.urls")),
    path("", include("scoring.urls")),
    path("", include("reports.urls")),
]

handler400 = "config.views.bad_request"
handler403 = "config.views.permission_denied"
handler404 = "config.views.page_not_found"
handler500 = "config.views.server_error"
