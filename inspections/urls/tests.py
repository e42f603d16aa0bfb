"""Addresses of supervisory tests: budgets, commissions, samples, what follows a failure."""

from __future__ import annotations

from django.urls import path

from inspections.views import test_commissions as commissions
from inspections.views import tests
from inspections.views.check_evidence import check_file

app_name = "tests"

urlpatterns = [
    path("", tests.test_list, name="test-list"),
    path("<uuid:pk>", tests.test_detail, name="test-detail"),
    path("<uuid:pk>/handling", tests.handle, name="handle"),
    path("<uuid:pk>/finding", tests.review, name="review"),
    path("files/<uuid:pk>", check_file, {"of": "supervisory_test"}, name="file"),
    path("budgets/", tests.budget_list, name="budget-list"),
    path("budgets/edit", tests.budget_edit, name="budget-edit"),
    path("commissions/", commissions.commission_list, name="commission-list"),
    path("commissions/new", commissions.commission_new, name="commission-new"),
    path("commissions/<uuid:pk>", commissions.commission_detail, name="commission-detail"),
    path("commissions/<uuid:pk>/edit", commissions.commission_edit, name="commission-edit"),
    path("commissions/<uuid:pk>/sample", commissions.commission_sample, name="commission-sample"),
    path("commissions/<uuid:pk>/issue", commissions.commission_issue, name="commission-issue"),
    path("commissions/<uuid:pk>/sampling", commissions.commission_sampling, name="commission-sampling"),
    path("commissions/<uuid:pk>/cancel", commissions.commission_cancel, name="commission-cancel"),
]
