"""Addresses of the register."""

from __future__ import annotations

from django.urls import path

from projects.views import attachments, bulk
from projects.views import register as views

app_name = "projects"

urlpatterns = [
    path("", views.project_list, name="project-list"),
    path("bulk", bulk.project_bulk, name="project-bulk"),
    path("<uuid:pk>", views.project_detail, name="project-detail"),
    path("attachments/<uuid:pk>", attachments.attachment_file, name="attachment-file"),
]
