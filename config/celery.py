"""The Celery application: couriers only, the work itself is a row (ADR: the row is the job)."""

from __future__ import annotations

from celery import Celery

app = Celery("anlan")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
