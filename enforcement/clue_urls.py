"""Addresses of clues: included with `term`, the working days to transfer one."""

from __future__ import annotations

from django.urls import path

from enforcement.views import clues

app_name = "clues"

urlpatterns = [
    path("", clues.clue_list, name="list"),
    path("new", clues.clue_new, name="new"),
    path("<uuid:pk>", clues.clue_detail, name="detail"),
    path("<uuid:pk>/edit", clues.clue_edit, name="edit"),
    path("<uuid:pk>/transfer", clues.clue_transfer, name="transfer"),
    path("<uuid:pk>/receipt", clues.clue_receipt, name="receipt"),
    path("of-finding/<uuid:pk>", clues.clue_of_finding, name="of-finding"),
]
