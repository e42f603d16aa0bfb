"""Forms of what hangs on a project: sections, works, registration, acceptances, filings, defects."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone

from core.forms import Form
from core.uploads import UploadField
from projects.enums import (
    AcceptanceKind,
    AttachmentKind,
    FilingKind,
    FilingResult,
    KeyWorkKind,
    WorkLevel,
)
from projects.forms.base import RegisterForm
from projects.forms.fields import (
    AmountField,
    CountField,
    DayField,
    MonthField,
    RowChoiceField,
    TextField,
    choice,
    prose,
)
from projects.models import FilingType, ParticipatingUnit, WorkItem
from projects.selectors.filing_types import types_in_force
from projects.services.attachments import TYPES


def _flag(label: str, help_text: str = "") -> forms.BooleanField:
    return forms.BooleanField(label=label, required=False, help_text=help_text)


class SectionForm(RegisterForm):
    """标段."""

    code = TextField(label="标段编号", max_length=40, is_code=True, help_text="如 SG-1、JL-1，本工程内唯一。")
    name = TextField(label="标段名称", max_length=200)
    award_price_wan_yuan = AmountField(label="中标价（万元）", minimum=Decimal("0.01"))
    contract_duration_days = CountField(
        label="合同工期（天）", minimum=1, maximum=20_000, help_text="日历天。"
    )
    starts_on = DayField(label="合同开工日期")
    ends_on = DayField(label="合同完工日期")


class ProgressForm(Form):
    """A month of a section."""

    month = MonthField(label="月份", help_text="已登记的月份再次提交即为修改。")
    progress_percent = AmountField(
        label="形象进度（%）", required=True, maximum=Decimal(100), whole=3, help_text="开工以来累计。"
    )
    invested_wan_yuan = AmountField(label="完成投资（万元）", required=True, help_text="开工以来累计。")
    decrease_reason = prose("减少原因", 200, rows=2, help_text="比前一个月减少时必须填写。")


class AttendanceForm(RegisterForm):
    """到岗率 of a month."""

    unit = RowChoiceField(label="参建单位")
    month = MonthField(label="月份")
    rate_percent = AmountField(
        label="到岗率（%）", required=True, maximum=Decimal(100), whole=3, help_text="主要管理人员当月平均。"
    )
    is_fraud = _flag("考勤弄虚作假", "经核实代打卡、伪造考勤的勾选；直接影响红黑名单和风险类别。")

    def prepare(self) -> None:
        """Units of the same project."""
        rows = ParticipatingUnit.objects.filter(project=self.project).select_related("organization")
        self.fields["unit"].queryset = rows  # type: ignore[attr-defined]


class WorkItemForm(RegisterForm):
    """单位工程 or 分部工程."""

    level = choice("级别", WorkLevel.choices)
    parent = RowChoiceField(label="所属单位工程", required=False, help_text="只有分部工程填写。")
    code = TextField(label="编码", max_length=40, is_code=True, help_text="按项目划分文件，本工程内唯一。")
    name = TextField(label="名称", max_length=200)
    is_main = _flag("主要单位工程（分部工程）")
    element_count = CountField(label="单元工程数")

    def prepare(self) -> None:
        """Unit works of the same project."""
        rows = WorkItem.objects.filter(project=self.project, level=WorkLevel.UNIT_WORK)
        if self.row is not None:
            rows = rows.exclude(pk=self.row.pk)
        self.fields["parent"].queryset = rows  # type: ignore[attr-defined]


class KeyWorkForm(RegisterForm):
    """重要隐蔽、关键部位单元工程."""

    name = TextField(label="名称", max_length=200, help_text="写明部位或桩号，本工程内唯一。")
    kind = choice("类型", KeyWorkKind.choices)
    planned_on = DayField(label="计划验收日期")
    accepted_on = DayField(label="实际验收日期")


class RegistrationForm(RegisterForm):
    """质量监督手续."""

    number = TextField(label="监督手续编号", max_length=60, is_code=True)
    registered_on = DayField(label="办理日期", required=True, help_text="应在开工之前（评分细则 C1）。")
    certificate_on = DayField(label="监督书签发日期")
    plan_on = DayField(label="监督计划印发日期")
    briefing_on = DayField(label="监督交底日期")
    supervisor_name = TextField(label="项目监督员", max_length=60, required=False)


class AcceptanceForm(RegisterForm):
    """验收; the number is given by the system."""

    kind = choice("验收类型", AcceptanceKind.choices)
    subject = TextField(label="验收对象", max_length=200)
    notified_on = DayField(label="通知监督机构的日期", required=True)
    held_on = DayField(label="验收日期", required=True)
    is_supervised = _flag("监督机构列席")
    report_number = TextField(label="监督报告文号", max_length=60, required=False)


class FilingForm(RegisterForm):
    """核备: what and when it came in; number and due date are the system's."""

    type = RowChoiceField(label="核备事项")
    subject = TextField(label="核备对象", max_length=200, help_text="写明单位、分部或单元工程的名称。")
    received_on = DayField(label="收到日期", required=True, help_text="材料齐全之日；期限从次日起算工作日。")

    def prepare(self) -> None:
        """The types of today and of the day that was typed; the service judges the day."""
        days = {timezone.localdate()}
        typed = self.fields["received_on"].widget.value_from_datadict(self.data, self.files, "received_on")
        day: Any = self.fields["received_on"].to_python(typed) if _is_day(self.fields, typed) else None
        days |= {day} if day else set()
        rows = FilingType.objects.none()
        for one in days:
            rows = rows | types_in_force(one)
        if self.row is not None:
            rows = rows | FilingType.objects.filter(filings=self.row.pk)
        self.fields["type"].queryset = rows.distinct()  # type: ignore[attr-defined]
        self.fields["type"].label_from_instance = type_label  # type: ignore[attr-defined]


def _is_day(fields: Any, text: Any) -> bool:
    try:
        return bool(text) and fields["received_on"].to_python(text) is not None
    except forms.ValidationError:
        return False


def type_label(kind: FilingType) -> str:
    """The name with its term."""
    return f"{kind.label}（{kind.term_workdays} 个工作日）"


class ReviewForm(Form):
    """同意 or 退回."""

    result = choice("审查结果", FilingResult.choices)
    opinion = prose("审查意见", 300, help_text="退回的必须写明原因和需要补正的内容。")
    reviewed_on = DayField(label="办结日期", required=True)


class DefectForm(RegisterForm):
    """质量缺陷; number and the day by which it is filed are the system's."""

    part = TextField(label="部位", max_length=200)
    description = prose("缺陷情况", 500, required=True, help_text="尺寸、数量、产生原因。")
    found_on = DayField(label="发现日期", required=True)
    treatment = prose("处理情况", 500, help_text="处理方案、复检结果。")
    affects_life = _flag("影响设计使用年限")
    filed_on = DayField(label="备案日期", help_text="还没有备案的不填。")
    is_complete = forms.BooleanField(
        label="备案内容完整",
        required=False,
        initial=True,
        help_text="照片、处理方案、复检和施工、监理、设计、项目法人签字齐全。",
    )


class FilingTypeForm(RegisterForm):
    """核备事项 with its term and its days of validity."""

    kind = choice("类型", FilingKind.choices)
    label = TextField(label="名称", max_length=60, help_text="按现行规程的叫法，如“分部工程质量结论备查”。")
    term_workdays = CountField(
        label="办理期限（工作日）", required=True, minimum=1, maximum=120, help_text="从收到次日起算。"
    )
    basis = TextField(label="依据", max_length=200, required=False)
    effective_from = DayField(label="启用日期", required=True)
    effective_to = DayField(label="停用日期", help_text="现行的不填。")


class AttachmentForm(Form):
    """A file of the project."""

    kind = choice(
        "类型", [(one.value, str(one.label)) for one in (AttachmentKind.DOCUMENT, AttachmentKind.PLAQUE)]
    )
    title = TextField(label="名称", max_length=120, help_text="如“初步设计批复”“公示牌（大门左侧）”。")
    file = UploadField(allowed=TYPES)


class ReasonForm(Form):
    """Why something goes."""

    reason = prose("原因", 200, required=True)
