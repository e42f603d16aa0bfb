"""Forms of month plans, trainings and organization profiles."""

from __future__ import annotations

from django import forms

from core.filestore import ATTACHMENT_TYPES
from core.forms import Form
from core.uploads import UploadField
from guidance.forms.fields import NamesField, ProseField, RosterField
from guidance.services.bodies import BodyText
from guidance.services.month_plans import MOST, PlanText
from guidance.services.trainings import TrainingText
from inspections.enums import InspectionKind
from projects.forms.fields import AmountField, CountField, DayField, TextField, choice


class SheetForm(Form):
    """The plan of a month."""

    inspection_count = CountField(label="计划检查次数", required=True, maximum=MOST)
    test_batch_count = CountField(label="计划检测批次", required=True, maximum=MOST)
    kinds = forms.MultipleChoiceField(
        label="检查类型",
        required=False,
        choices=InspectionKind.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    content = ProseField("计划内容", 3000, rows=8, help_text="检查对象、重点环节、时间安排和责任人。")

    @property
    def text(self) -> PlanText:
        """For the service."""
        names = PlanText.__dataclass_fields__
        return PlanText(**{name: value for name, value in self.cleaned_data.items() if name in names})


class ChangeForm(SheetForm):
    """A published plan that changes."""

    reason = ProseField("调整原因", 300, rows=2)


class TrainingForm(Form):
    """A training that was held."""

    held_on = DayField(label="培训日期", required=True)
    topic = TextField(label="主题", max_length=200)
    place = TextField(label="地点", max_length=120)
    lecturer = TextField(label="主讲人", max_length=60, required=False)
    attendee_count = CountField(label="参训人数（人）", required=True, minimum=1, maximum=9999)
    attendees = NamesField(
        "参训人员",
        6000,
        required=False,
        rows=5,
        help_text="每行一人，或用顿号分开；填写的人数须与参训人数一致。",
    )
    summary = ProseField("培训内容", 3000, required=False, rows=5)

    @property
    def text(self) -> TrainingText:
        """For the service."""
        return TrainingText(**self.cleaned_data)


class TrainingFileForm(Form):
    """A file of a training."""

    kind = choice(
        "材料", (("签到表", "签到表"), ("培训课件", "培训课件"), ("培训照片", "培训照片"), ("其他", "其他"))
    )
    file = UploadField(allowed=ATTACHMENT_TYPES)


class BodyForm(Form):
    """The profile of a county's supervision body."""

    institution_document = TextField(
        label="机构设立文件", max_length=120, required=False, help_text="文号或文件名；没有的不填。"
    )
    supervisors = RosterField(
        "专职监督员名册",
        3000,
        required=False,
        rows=5,
        help_text="每行一人，写成“姓名 证书编号”；人数按名册计。",
    )
    funding_document = TextField(label="经费批复文件", max_length=120, required=False)
    funding_wan_yuan = AmountField(label="年度监督经费（万元）", whole=8)
    duties = ProseField("主要职责", 300, required=False, rows=3)
    equipment = ProseField("办公检测装备", 300, required=False, rows=2)
    contact_name = TextField(label="联系人", max_length=60, required=False)
    contact_phone = TextField(label="联系电话", max_length=30, required=False, is_code=True)

    @property
    def text(self) -> BodyText:
        """For the service."""
        return BodyText(**self.cleaned_data)
