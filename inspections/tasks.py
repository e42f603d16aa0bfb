"""Work of the worker."""

from __future__ import annotations

import logging

from celery import shared_task
from django.utils import timezone

from inspections.services.incoming import sweep_incoming
from tenancy.models import City
from tenancy.tasks import SystemTask

logger = logging.getLogger(__name__)


@shared_task(base=SystemTask, name="inspections.tasks.sweep_incoming_parts")
def sweep_incoming_parts(**_: object) -> int:
    """Every night: the parts of uploads that nobody has gone on with; returns how many files were dropped."""
    swept = sum(sweep_incoming(city_id=city.pk, at=timezone.now()) for city in City.objects.all())
    logger.info("%d parts of unfinished uploads were dropped", swept)
    return swept
