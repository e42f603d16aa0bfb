"""Addresses of reports: jobs, the trail, ledgers, documents."""

from __future__ import annotations

from django.urls import path

from reports.views import audit, jobs

app_name = "reports"

urlpatterns = [
    path("jobs/", jobs.job_list, name="job-list"),
    path("jobs/<uuid:pk>", jobs.job_detail, name="job-detail"),
    path("jobs/<uuid:pk>/progress", jobs.job_progress, name="job-progress"),
    path("jobs/<uuid:pk>/retry", jobs.job_retry, name="job-retry"),
    path("audit/", audit.audit_list, name="audit-list"),
    path("audit/verify", audit.audit_verify, name="audit-verify"),
    path("audit/<int:seq>", audit.audit_event, name="audit-event"),
]
