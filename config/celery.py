"""The Celery application: couriers only, the work itself is a row (ADR: the row is the job)."""

from __future__ import annotations

from typing import Any

from celery import Celery
from celery.signals import setup_logging
from django.conf import settings

from config.logs import configure

app = Celery("anlan")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def log_as_the_web_does(**_: Any) -> None:
    """Worker and beat write the same lines; a connected receiver keeps Celery from installing its own format."""
    configure(settings.LOGGING)
