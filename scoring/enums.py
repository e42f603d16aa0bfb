"""States of a month and colours of the lists."""

from __future__ import annotations

from django.db import models


class RunState(models.TextChoices):
    """Life of a month's score (scoring.md §7); before a run exists the month is open."""

    COMPUTED = "COMPUTED", "已计算（异议期）"
    CONFIRMED = "CONFIRMED", "已核定"
    PUBLISHED = "PUBLISHED", "已公布"
    SUPERSEDED = "SUPERSEDED", "已被更正"


class ScoreStatus(models.TextChoices):
    """Whether the data carry a score."""

    SCORED = "SCORED", "已评分"
    INSUFFICIENT = "INSUFFICIENT", "数据不足"


class ListColour(models.TextChoices):
    """红榜 is praise: never shown in the colour of errors."""

    RED = "RED", "红榜"
    BLACK = "BLACK", "黑榜"


class ListSubject(models.TextChoices):
    """Who can stand on a list."""

    COUNTY = "COUNTY", "县（市、区）"
    LEGAL_PERSON = "LEGAL_PERSON", "项目法人"
    PARTICIPANT = "PARTICIPANT", "参建单位"


class KeyListState(models.TextChoices):
    """Life of a 重点监管对象名单."""

    DRAFT = "DRAFT", "拟定中"
    CONFIRMED = "CONFIRMED", "已确认"
    ISSUED = "ISSUED", "已印发"
