"""Work of the worker."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from guidance.services.reminding import remind_due_tasks
from tenancy.models import City
from tenancy.scope import city_scope
from tenancy.tasks import SystemTask


@shared_task(base=SystemTask, name="guidance.tasks.remind_tasks")
def remind_tasks(**_: object) -> int:
    """Every morning: tasks that are due soon, today, or since yesterday; returns how many people were told."""
    told = 0
    for city in City.objects.all():
        with city_scope(city.id):
            told += remind_due_tasks(at=timezone.now())
    return told
