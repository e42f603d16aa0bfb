"""Forms of an arrangement: what is inspected, who goes, the acts that follow."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from core.display import day as day_text
from core.forms import Form
from inspections.enums import CapException, InspectionKind, InspectionMode
from inspections.models import Inspection
from inspections.selectors.arranging import assistants, items_in_force, officers_on, same_site
from inspections.services.arranging import Purpose
from inspections.services.notices import SERVED_HOW
from inspections.services.teams import Team
from projects.enums import ProjectStatus
from projects.forms.fields import DayField, RowChoiceField, TextField, choice, prose
from projects.models import Project


class _ProjectField(RowChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        """With the county: names repeat between counties."""
        return f"{obj.name}（{obj.jurisdiction.short_name}）"


class _VisitField(RowChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        """Number, whose, when."""
        return f"{obj.number} {obj.get_organizer_level_display()}{obj.get_kind_display()} {day_text(obj.inspected_on)}"


def _offer(form: forms.Form, name: str, choices: list[tuple[str, str]]) -> None:
    field: Any = form.fields[name]
    field.choices = choices


def _offer_rows(form: forms.Form, name: str, rows: QuerySet[Any]) -> None:
    field: Any = form.fields[name]
    field.queryset = rows


class PurposeForm(Form):
    """What is inspected, how, on what basis."""

    kind = choice("检查类型", InspectionKind.choices)
    inspected_on = DayField(label="检查日期", required=True)
    mode = choice("检查方式", InspectionMode.choices, help_text="能以书面、视频方式检查的，不到现场。")
    title = TextField(
        label="检查名称", max_length=120, required=False, help_text="不填的，按工程和类型命名。"
    )
    items = forms.MultipleChoiceField(
        label="检查事项",
        widget=forms.CheckboxSelectMultiple,
        help_text="清单之外无检查：只能选已公布的检查事项。",
        error_messages={
            "required": "请至少选择一项检查事项。",
            "invalid_choice": "所选检查事项不在公布清单内，请重新选择。",
        },
    )
    exception = choice(
        "超频次例外情形",
        CapException.choices,
        required=False,
        empty="（没有超出上限）",
        help_text="企业本年度检查次数达到上限时选择，并写明理由。",
    )
    exception_reason = prose("例外理由", 300, rows=2)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = items_in_force(timezone.localdate())
        _offer(self, "items", [(str(row.pk), f"{row.code} {row.name}") for row in rows])

    @property
    def purpose(self) -> Purpose:
        """For the service."""
        data = self.cleaned_data
        return Purpose(
            kind=data["kind"],
            inspected_on=data["inspected_on"],
            mode=data["mode"],
            title=data["title"],
            item_ids=[uuid.UUID(pk) for pk in data["items"]],
            exception=data["exception"],
            exception_reason=data["exception_reason"],
        )


class TeamFields(Form):
    """Who goes: two certified officers at least."""

    officers = forms.MultipleChoiceField(
        label="检查人员",
        widget=forms.CheckboxSelectMultiple,
        help_text="名录内执法证有效的人员，不少于两人。",
        error_messages={
            "required": "请选择检查人员，不少于两人。",
            "invalid_choice": "所选检查人员不在名录内或执法证已过期，请重新选择。",
        },
    )
    leader = choice("组长", ())
    helpers = forms.MultipleChoiceField(
        label="辅助人员（有账户）",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="只协助，不计入检查人员，不签字、不下结论。",
    )
    helper_names = TextField(
        label="辅助人员（无账户）", max_length=200, required=False, help_text="姓名，用顿号分开。"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        officers = list(officers_on(timezone.localdate()))
        labels = [
            (
                str(one.pk),
                f"{one.name}（{one.jurisdiction.short_name}，执法证至 {day_text(one.id_valid_until)}）",
            )
            for one in officers
        ]
        _offer(self, "officers", labels)
        _offer(self, "leader", [("", "请选择"), *((str(one.pk), one.name) for one in officers)])
        helpers = assistants()
        if helpers:
            _offer(self, "helpers", [(str(one.pk), one.display_name) for one in helpers])
        else:
            del self.fields["helpers"]

    @property
    def team(self) -> Team:
        """For the service."""
        data = self.cleaned_data
        return Team(
            officers=[uuid.UUID(pk) for pk in data["officers"]],
            leader=uuid.UUID(data["leader"]),
            helpers=[uuid.UUID(pk) for pk in data.get("helpers", [])],
            helper_names=[name for name in re.split(r"[\s、，,;；]+", data["helper_names"]) if name],
        )


class ArrangeForm(TeamFields, PurposeForm):
    """One inspection. project: given by the address, else chosen here."""

    project = _ProjectField(label="工程")
    together = _VisitField(
        label="并入同一次到场",
        required=False,
        help_text="综合查一次：同一工程同一天的检查合并为一次到场，企业的检查次数不增加。",
    )
    field_order = ("project", "kind", "inspected_on", "mode", "title", "together", "items")

    def __init__(self, *args: Any, project: Project | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.given = project
        if project is not None:
            del self.fields["project"]
        else:
            rows = Project.objects.filter(status__in=(ProjectStatus.UNDER_WAY, ProjectStatus.SUSPENDED))
            _offer_rows(self, "project", rows.select_related("jurisdiction").order_by("name_pinyin"))
        others = same_site(project.pk, self._day()) if project is not None else Inspection.objects.none()
        if project is None or not others.exists():
            del self.fields["together"]
        else:
            _offer_rows(self, "together", others)

    def _day(self) -> dt.date:
        """Of the month that the checks to merge with are looked up in."""
        text = self.data.get("inspected_on") if self.is_bound else None
        try:
            day: dt.date | None = self.fields["inspected_on"].clean(text)
        except forms.ValidationError:
            day = None
        return day or timezone.localdate()

    @property
    def project_id(self) -> uuid.UUID:
        """The project, wherever it was named."""
        if self.given is not None:
            return self.given.pk
        chosen: Project = self.cleaned_data["project"]
        return chosen.pk

    @property
    def together_with(self) -> uuid.UUID | None:
        """The check whose visit is shared."""
        other: Inspection | None = self.cleaned_data.get("together")
        return other.pk if other is not None else None


class TeamForm(TeamFields):
    """Another team in place of the present one."""

    reason = prose("更换原因", 200, required=True, rows=2)


class MergeForm(Form):
    """The check whose visit is joined."""

    other = _VisitField(label="合并到")

    def __init__(self, *args: Any, others: QuerySet[Inspection], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_rows(self, "other", others)


class ReasonForm(Form):
    """Why."""

    reason = prose("作废原因", 200, required=True, rows=2)


class ApprovalForm(Form):
    """What is asked for."""

    reason = prose("检查事由", 300, required=True, rows=3)
    is_urgent = forms.BooleanField(
        label="紧急情况，先行检查、事后补批",
        required=False,
        help_text="如发生事故、险情；审批未办结前一直列为待补。",
    )


class DecisionForm(Form):
    """批准 or not."""

    is_approved = choice("审批意见", (("yes", "同意检查"), ("no", "不同意")))
    note = prose("说明", 300, rows=2, help_text="不同意的必须填写。")


class ServeForm(Form):
    """When, how and to whom a notice was served."""

    served_on = DayField(label="送达日期", required=True)
    served_how = choice("送达方式", [(one, one) for one in SERVED_HOW])
    served_to = TextField(label="签收人", max_length=60)
