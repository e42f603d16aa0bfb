"""Wiring of the whole: Celery application, job handlers, system checks."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class ConfigConfig(AppConfig):
    name = "config"
    verbose_name = "系统"

    def ready(self) -> None:
        """Register job handlers (each app's tasks module) and our own checks."""
        from config import celery, checks  # noqa: F401, PLC0415 -- importing registers; needs loaded apps

        autodiscover_modules("tasks")
