"""Forms of plans, tasks, answers, campaigns and meetings."""

from __future__ import annotations

from typing import Any

from django import forms

from core.filestore import ATTACHMENT_TYPES
from core.forms import Form
from core.uploads import UploadField
from guidance.enums import BUREAU_OWNERS, Audience
from guidance.forms.fields import ProseField
from guidance.services.tasks import TaskText
from projects.enums import ProjectCategory
from projects.forms.fields import CountField, DayField, TextField, choice
from tenancy.filters import county_choices


class PlanForm(Form):
    """Title and prose of a year plan."""

    title = TextField(label="标题", max_length=100)
    overall = ProseField("总体要求", 2000, rows=6)
    requirements = ProseField("工作要求", 2000, rows=6)


class NewPlanForm(PlanForm):
    """With its year."""

    year = CountField(label="年度", required=True, minimum=2000, maximum=2100)
    field_order = ("year", "title", "overall", "requirements")


class TaskForm(Form):
    """What, who, by when, with which evidence. `audiences` are those that the source may address."""

    title = TextField(label="任务", max_length=100)
    content = ProseField("具体要求", 1500, rows=4)
    audience = choice("责任对象", Audience.choices)
    county_codes = forms.MultipleChoiceField(
        label="指定的县（市、区）",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="责任对象为“指定县（市、区）”时勾选。",
    )
    owner_role = choice(
        "市局责任角色", BUREAU_OWNERS, required=False, empty="不适用", help_text="责任对象为“市局”时选择。"
    )
    category = choice(
        "工程类别",
        ProjectCategory.choices,
        required=False,
        empty="全部类别",
        help_text="责任对象为“在建工程”时，可只选一类。",
    )
    due_on = DayField(label="完成期限", required=True)
    evidence = TextField(
        label="佐证材料要求",
        max_length=200,
        required=False,
        help_text="如“检查记录、整改照片”。填写后，提交办理情况时必须附材料。",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        counties = self.fields["county_codes"]
        if isinstance(counties, forms.MultipleChoiceField):
            counties.choices = county_choices()

    @property
    def text(self) -> TaskText:
        """For the service."""
        names = TaskText.__dataclass_fields__
        return TaskText(**{name: value for name, value in self.cleaned_data.items() if name in names})


class CampaignForm(TaskForm):
    """A self-check: where it comes from, then its task."""

    source_text = ProseField(
        "来源问题", 1500, help_text="上级检查、通报中发现的问题；会发给每个自查对象，不要写入不宜公开的内容。"
    )
    field_order = ("title", "source_text", "content", "audience", "county_codes", "category", "due_on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["owner_role"]
        self.fields["title"].label = "自查名称"
        self.fields["content"].label = "自查内容"
        audience = self.fields["audience"]
        if isinstance(audience, forms.ChoiceField):
            chosen = [one for one in Audience.choices if one[0] != Audience.BUREAU]
            audience.choices = [("", "请选择"), *chosen]


class AnswerForm(Form):
    """What was done."""

    answer = ProseField("办理情况", 3000, rows=6)


class CheckForm(Form):
    """The result of a self-check."""

    answer = ProseField("自查情况", 3000, rows=5, help_text="怎么查的、查了哪些工程和部位。")
    problem_count = CountField(
        label="发现问题（处）", required=True, maximum=9999, help_text="没有发现同类问题的填 0。"
    )
    measures = ProseField(
        "整改措施", 3000, required=False, rows=4, help_text="发现问题的，写明措施、责任人和完成时间。"
    )


class ReasonForm(Form):
    """Why."""

    reason = ProseField("原因", 300, rows=3)


class SummaryForm(Form):
    """What a campaign came to."""

    summary = ProseField("总结", 3000, rows=8)


class FileForm(Form):
    """A name and a file."""

    title = TextField(label="名称", max_length=120, required=False, help_text="不填则用文件名。")
    file = UploadField(allowed=ATTACHMENT_TYPES)


class MeetingForm(Form):
    """A meeting and its minutes."""

    title = TextField(label="会议名称", max_length=100)
    held_on = DayField(label="日期", required=True)
    place = TextField(label="地点", max_length=120)
    host_name = TextField(label="主持人", max_length=60)
    attendees = ProseField("参会人员", 1000, rows=3)
    agenda = ProseField("议程", 1500, required=False, rows=3)
    minutes = ProseField(
        "会议纪要", 6000, required=False, rows=8, help_text="印发前填写；议定事项在会议页面逐项添加。"
    )
