"""举一反三: prepared from what a superior found, launched to those who must check, closed with a summary."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.db import transaction
from django.utils import timezone

from audit.services import record
from core import display
from core.uuid7 import uuid7
from guidance.enums import WAITING_STATES, AssignmentState, CampaignState
from guidance.models import Campaign, Task, TaskAssignment
from guidance.services.assigning import assign_task, tell_assignees
from guidance.services.tasks import TaskText, add_task, edit_task
from guidance.services.writing import GuidanceRefused, locked, name_of, said, write
from inspections.models import Finding
from messaging.enums import MessageKind
from tenancy.scope import current_scope


@transaction.atomic
def create_campaign(
    *, source_text: str, finding: Finding | None, text: TaskText, by: Any, at: dt.datetime
) -> Campaign:
    """Prepare a self-check. text.title names it, text.content says what to look for.

    Raises GuidanceRefused.
    """
    campaign = Campaign(
        id=uuid7(),
        city_id=current_scope().city_id,
        title=said(text.title, "请填写名称。"),
        source_text=said(source_text, "请填写来源问题。"),
        finding=finding,
        created_at=at,
        created_by_name=name_of(by),
    )
    campaign.save(force_insert=True)
    record(action="guidance.campaign.create", subject=campaign, by=by, at=at, after={"title": campaign.title})
    add_task(source=campaign, text=text, by=by, at=at)
    return campaign


@transaction.atomic
def edit_campaign(
    *, campaign_id: uuid.UUID, source_text: str, text: TaskText, by: Any, at: dt.datetime
) -> Campaign:
    """Change a self-check that is not launched."""
    campaign = locked(Campaign, campaign_id, CampaignState.DRAFT)
    changes = {
        "title": said(text.title, "请填写名称。"),
        "source_text": said(source_text, "请填写来源问题。"),
    }
    write(campaign, "guidance.campaign.edit", changes, by, at)
    edit_task(task_id=task_of(campaign).pk, text=text, by=by, at=at)
    return campaign


@transaction.atomic
def launch_campaign(*, campaign_id: uuid.UUID, by: Any, at: dt.datetime) -> Campaign:
    """Draft → launched: those who must check get their tasks and are told.

    Raises GuidanceRefused when nobody would have to check, or the term is over already.
    """
    campaign = locked(Campaign, campaign_id, CampaignState.DRAFT)
    task = task_of(campaign)
    if task.due_on < timezone.localdate(at):
        raise GuidanceRefused(f"自查期限{display.day_cn(task.due_on)}已过，请先修改期限再部署。")
    changes = {"state": CampaignState.LAUNCHED, "launched_on": timezone.localdate(at)}
    write(campaign, "guidance.campaign.launch", changes, by, at)
    assign_task(task=task, by=by, at=at)
    return campaign


@transaction.atomic
def remind_campaign(*, campaign_id: uuid.UUID, by: Any, at: dt.datetime) -> int:
    """催办: tell those who have not answered; at most once a day. Returns how many people were told."""
    campaign = locked(Campaign, campaign_id, CampaignState.LAUNCHED)
    task = task_of(campaign)
    today = timezone.localdate(at)
    waiting = TaskAssignment.objects.filter(task=task, state__in=WAITING_STATES)
    left = (task.due_on - today).days
    term = f"距期限还有{left}天" if left >= 0 else f"已逾期{-left}天"
    told = tell_assignees(
        waiting.select_related("task", "organization"),
        key=f"campaign-remind:{campaign.pk}:{today}",
        title=f"催办：{campaign.title}",
        text=f"自查结果尚未提交，{term}（期限{display.day_cn(task.due_on)}）。",
        kind=MessageKind.TASK_DUE,
        by=by,
        at=at,
    )
    if told:
        record(action="guidance.campaign.remind", subject=campaign, by=by, at=at, after={"told": told})
    return told


@transaction.atomic
def close_campaign(*, campaign_id: uuid.UUID, summary: str, by: Any, at: dt.datetime) -> Campaign:
    """Launched → closed with a summary, once every answer that came in is judged. Who did not answer still owes it.

    Raises GuidanceRefused.
    """
    campaign = locked(Campaign, campaign_id, CampaignState.LAUNCHED)
    waiting = TaskAssignment.objects.filter(task=task_of(campaign), state=AssignmentState.ANSWERED).count()
    if waiting:
        raise GuidanceRefused(f"还有{waiting}份自查结果待确认，请先逐份确认或退回，再总结。")
    changes = {
        "state": CampaignState.CLOSED,
        "closed_on": timezone.localdate(at),
        "closed_by_name": name_of(by),
        "summary": said(summary, "请填写总结。"),
    }
    return write(campaign, "guidance.campaign.close", changes, by, at)


def task_of(campaign: Campaign) -> Task:
    """The one task of a campaign."""
    return campaign.tasks.get()
