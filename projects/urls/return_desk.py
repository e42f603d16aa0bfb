"""Addresses of the clerk's desk, part of the monthly returns."""

from __future__ import annotations

from django.urls import path

from projects.views import return_desk, return_reminders, return_review

desk_patterns = [
    path("desk", return_desk.desk_home, name="desk"),
    path("desk/<month:month>", return_desk.desk_month, name="desk-month"),
    path("desk/<month:month>/bulk", return_desk.desk_bulk, name="desk-bulk"),
    path("desk/<month:month>/calls", return_desk.desk_calls, name="desk-calls"),
    path("desk/<month:month>/remind", return_reminders.desk_remind, name="desk-remind"),
    path("desk/<uuid:pk>", return_review.desk_return, name="desk-return"),
    path("desk/<uuid:pk>/accept", return_review.desk_accept, name="desk-accept"),
    path("desk/<uuid:pk>/send-back", return_review.desk_send_back, name="desk-send-back"),
    path("desk/<uuid:pk>/remark", return_review.desk_remark, name="desk-remark"),
    path("desk/reopenings", return_review.reopening_list, name="desk-reopenings"),
    path("desk/reopenings/<uuid:pk>", return_review.desk_reopening, name="desk-reopening"),
]
