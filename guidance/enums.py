"""States and choices of the year plan, tasks, campaigns and meetings."""

from __future__ import annotations

from django.db import models

from accounts.roles import Role


class PlanState(models.TextChoices):
    """A year plan is edited until its document is issued."""

    DRAFT = "DRAFT", "编制中"
    ISSUED = "ISSUED", "已印发"


class TaskSource(models.TextChoices):
    """What a task comes from."""

    PLAN = "PLAN", "年度要点"
    CAMPAIGN = "CAMPAIGN", "举一反三"
    MEETING = "MEETING", "会议议定"


class Audience(models.TextChoices):
    """Who must do a task; on issue it becomes one assignment for each of them."""

    ALL_COUNTIES = "ALL_COUNTIES", "各县（市、区）"
    CHOSEN_COUNTIES = "CHOSEN_COUNTIES", "指定县（市、区）"
    BUREAU = "BUREAU", "市局"
    KEY_LEGAL_PERSONS = "KEY_LEGAL_PERSONS", "重点监管对象项目法人"
    PROJECTS = "PROJECTS", "在建工程（逐个工程）"


class AssignmentState(models.TextChoices):
    """Open → answered → accepted, or returned and answered again."""

    OPEN = "OPEN", "待办理"
    ANSWERED = "ANSWERED", "待确认"
    RETURNED = "RETURNED", "已退回"
    ACCEPTED = "ACCEPTED", "已办结"


WAITING_STATES = (AssignmentState.OPEN, AssignmentState.RETURNED)
"""The assignee must act."""

BUREAU_OWNERS = tuple((role.value, str(role.label)) for role in (Role.BUREAU_CHIEF, Role.BUREAU_SUPERVISOR))
"""Roles of the bureau that may own a task: they hold GUIDANCE_EDIT and so can answer it."""


class CampaignState(models.TextChoices):
    """举一反三: prepared, self-checks under way, closed with a summary."""

    DRAFT = "DRAFT", "准备中"
    LAUNCHED = "LAUNCHED", "自查中"
    CLOSED = "CLOSED", "已总结"


class MeetingState(models.TextChoices):
    """Minutes are edited until they are issued; their decisions are tasks from then on."""

    DRAFT = "DRAFT", "整理中"
    ISSUED = "ISSUED", "已印发"
