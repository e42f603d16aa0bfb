"""Addresses of organizations, people and lifelong liability."""

from __future__ import annotations

from django.urls import path

from projects.views import id_numbers, lifelong, organization_merging, organizations, people, units

app_name = "organizations"

urlpatterns = [
    path("", organizations.organization_list, name="organization-list"),
    path("new", organizations.organization_new, name="organization-new"),
    path("duplicates", organization_merging.duplicate_list, name="duplicate-list"),
    path("<uuid:pk>", organizations.organization_detail, name="organization-detail"),
    path("<uuid:pk>/edit", organizations.organization_edit, name="organization-edit"),
    path("<uuid:pk>/merge", organization_merging.organization_merge, name="organization-merge"),
    path("projects/<uuid:pk>/units/new", units.unit_new, name="unit-new"),
    path("units/<uuid:pk>/edit", units.unit_edit, name="unit-edit"),
    path("units/<uuid:pk>/end", units.unit_end, name="unit-end"),
    path("units/<uuid:pk>/withdraw", units.unit_withdraw, name="unit-withdraw"),
    path("units/<uuid:pk>/people/new", people.person_new, name="person-new"),
    path("people", people.person_list, name="person-list"),
    path("people/<uuid:pk>", people.person_detail, name="person-detail"),
    path("people/<uuid:pk>/edit", people.person_edit, name="person-edit"),
    path("people/<uuid:pk>/end", people.person_end, name="person-end"),
    path("people/<uuid:pk>/id-number", id_numbers.person_reveal, name="person-reveal"),
    path("lifelong", lifelong.liability_list, name="liability-list"),
    path("lifelong/projects/<uuid:pk>", lifelong.register_page, name="liability-register"),
    path("lifelong/projects/<uuid:pk>/print", lifelong.register_print, name="liability-print"),
    path("lifelong/projects/<uuid:pk>/plaque", lifelong.plaque_edit, name="plaque-edit"),
    path("lifelong/units/<uuid:pk>/sign", lifelong.commitment_new, name="commitment-new"),
    path("lifelong/units/<uuid:pk>/blank", lifelong.commitment_blank, name="commitment-blank"),
    path("lifelong/<uuid:pk>/replace", lifelong.commitment_replace, name="commitment-replace"),
    path("lifelong/<uuid:pk>/scan", lifelong.commitment_scan, name="commitment-scan"),
    path("lifelong/<uuid:pk>/print", lifelong.commitment_print, name="commitment-print"),
    path("lifelong/<uuid:pk>/id-number", id_numbers.commitment_reveal, name="commitment-reveal"),
]
