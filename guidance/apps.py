"""App registration."""

from __future__ import annotations

from django.apps import AppConfig


class GuidanceConfig(AppConfig):
    name = "guidance"
    verbose_name = "要点与指导"
