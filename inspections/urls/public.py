"""Addresses of what everybody may read: published draws."""

from __future__ import annotations

from django.urls import path

from inspections.views import public as views

app_name = "public"

urlpatterns = [
    path("draw-rules/", views.public_draw_rules, name="draw-rules"),
    path("draw-rules/<str:name>", views.public_draw_file, name="draw-file"),
    path("<slug:city>/draws/", views.public_draw_list, name="draw-list"),
    path("<slug:city>/draws/<str:number>", views.public_draw_detail, name="draw-detail"),
]
