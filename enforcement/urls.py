"""Addresses of notices, interviews, criticisms and letters."""

from __future__ import annotations

from django.urls import path

from enforcement.views import bidding_notices, interviews, measures, notice_drafts, notices

app_name = "enforcement"

urlpatterns = [
    path("notices/", notices.notice_list, name="notice-list"),
    path("notices/<uuid:pk>", notices.notice_detail, name="notice-detail"),
    path("notices/<uuid:pk>/<slug:act>", notices.notice_act, name="notice-act"),
    path("notices/of-inspection/<uuid:pk>", notice_drafts.notice_draft, name="notice-draft"),
    path("notices/of-bidding/<uuid:pk>", bidding_notices.notice_of_bidding, name="notice-of-bidding"),
    path("interviews/", interviews.interview_list, name="interview-list"),
    path("interviews/<uuid:pk>", interviews.interview_detail, name="interview-detail"),
    path("interviews/<uuid:pk>/<slug:act>", interviews.interview_act, name="interview-act"),
    path("criticisms/", measures.criticism_list, name="criticism-list"),
    path("criticisms/<uuid:pk>", measures.criticism_detail, name="criticism-detail"),
    path("criticisms/<uuid:pk>/<slug:act>", measures.criticism_act, name="criticism-act"),
    path("letters/", measures.letter_list, name="letter-list"),
    path("letters/<uuid:pk>", measures.letter_detail, name="letter-detail"),
    path("letters/<uuid:pk>/<slug:act>", measures.letter_act, name="letter-act"),
]
