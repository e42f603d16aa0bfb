"""The courier of messages: the only place from which the network is reached."""

from __future__ import annotations

from typing import Any

from celery import shared_task
from django.utils import timezone

from messaging.services.delivery import deliver_waiting
from tenancy.models import City
from tenancy.tasks import SystemTask


@shared_task(base=SystemTask, name="messaging.tasks.deliver_messages")
def deliver_messages(**_: Any) -> int:
    """Every minute: send what is due in every city; returns how many letters were handed over."""
    return sum(deliver_waiting(city_id=city.id, clock=timezone.now) for city in City.objects.all())
