"""Actions and subjects of the trail in words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.apps import apps

from audit.models import AuditEvent
from core import display
from core.components import Change

ACTIONS: dict[str, str] = {
    "accounts.session.open": "登录",
    "accounts.session.close": "退出",
    "accounts.user.create": "新增用户",
    "accounts.password.reset": "重置密码",
    "accounts.role.grant": "授予角色",
    "accounts.role.end": "终止角色",
    "audit.trail.export": "导出审计日志",
    "tenancy.city.found": "建立城市",
    "tenancy.job.retry": "重试任务",
    "scoring.rubric.load": "载入评分细则",
    "scoring.run.compute": "计算月度评分",
    "scoring.run.confirm": "核定月度评分",
    "scoring.run.publish": "公布月度评分",
    "scoring.run.supersede": "更正月度评分",
    "enforcement.interview.propose": "提出约谈建议",
    "enforcement.letter.propose": "提出提醒敦促建议",
    "enforcement.criticism.propose": "提出通报批评建议",
}
"""`app.noun.verb` → what the trail's page says."""


def action_label(action: str) -> str:
    """The action in words; an action without words shows its code, so that nothing is hidden."""
    return ACTIONS.get(action, action)


def subject_kind_label(label_lower: str) -> str:
    """`projects.project` → the model's own name in Chinese, or the code when it is gone."""
    try:
        model = apps.get_model(label_lower)
    except (LookupError, ValueError):
        return label_lower
    return SUBJECTS.get(label_lower, str(model._meta.verbose_name))


SUBJECTS: dict[str, str] = {
    "accounts.user": "用户",
    "accounts.roleassignment": "角色",
    "tenancy.city": "城市",
    "tenancy.job": "任务",
    "projects.project": "工程",
    "projects.monthlyreturn": "月报",
    "inspections.catalogueversion": "问题清单",
    "inspections.finding": "问题",
    "enforcement.rectificationnotice": "整改通知书",
    "enforcement.reminderletter": "提醒敦促函",
    "enforcement.interview": "约谈",
    "enforcement.criticismproposal": "通报批评",
    "scoring.rubricversion": "评分细则",
    "scoring.scorerun": "月度评分",
    "reports.document": "公文",
    "reports.delivery": "送达",
    "reports.importbatch": "台账导入",
    "reports.exportfile": "台账导出",
}
"""What the subjects of events are called on the page."""


def changes_of(event: AuditEvent) -> list[Change]:
    """Before and after of each changed field, in the order of the fields' names."""
    payload: Mapping[str, Any] = json.loads(event.payload)
    before: Mapping[str, Any] = payload.get("before") or {}
    after: Mapping[str, Any] = payload.get("after") or {}
    names = sorted({*before, *after})
    return [Change(name, _text(before.get(name)), _text(after.get(name))) for name in names]


def _text(value: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, (int, float)):
        return display.number(value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
