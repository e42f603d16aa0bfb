"""Addresses of year plans, the list of inspection items, frequency caps."""

from __future__ import annotations

from django.urls import path

from inspections.views import items, year_plans

app_name = "plans"

urlpatterns = [
    path("", year_plans.overview, name="overview"),
    path("coverage", year_plans.coverage, name="coverage"),
    path("items/", items.item_list, name="item-list"),
    path("items/new", items.item_new, name="item-new"),
    path("items/<uuid:pk>/withdraw", items.item_withdraw, name="item-withdraw"),
    path("caps/", items.cap_list, name="cap-list"),
    path("caps/set", items.cap_set, name="cap-set"),
    path("frequency/", items.frequency, name="frequency"),
    path("frequency/<uuid:pk>", items.firm_visits, name="firm-visits"),
    path("<str:code>/<int:year>", year_plans.year_plan, name="year-plan"),
    path("<str:code>/<int:year>/edit", year_plans.year_plan_edit, name="year-plan-edit"),
    path("<str:code>/<int:year>/publish", year_plans.year_plan_publish, name="year-plan-publish"),
]
