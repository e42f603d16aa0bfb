"""Levels of jurisdictions and states of jobs."""

from __future__ import annotations

from django.db import models


class Level(models.TextChoices):
    """Where a jurisdiction stands in the city's tree. A zone (功能区) has no GB/T 2260 code of its own."""

    CITY = "CITY", "市"
    COUNTY = "COUNTY", "县（市、区）"
    ZONE = "ZONE", "功能区"


class JobState(models.TextChoices):
    """Life of a job row."""

    QUEUED = "QUEUED", "排队中"
    RUNNING = "RUNNING", "进行中"
    DONE = "DONE", "已完成"
    FAILED = "FAILED", "失败"
