"""Forms of supervisory tests: money, commissions, samples, reports."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone

from core.filestore import PDF
from core.forms import Form
from core.uploads import UploadField
from inspections.enums import Severity, TestedObject
from inspections.forms.checks import OrganizationField, PlacedForm
from inspections.models import SupervisoryTest, SupervisoryTestCommission
from inspections.services.test_commissions import SampleText
from inspections.services.test_reports import Report, SampleResult, responsible_contractors
from projects.forms.fields import AmountField, CountField, DayField, TextField, choice, prose

_PASSED, _FAILED = "PASSED", "FAILED"
_VERDICTS = ((_PASSED, "合格"), (_FAILED, "不合格"))


class BudgetForm(Form):
    """The money of a year."""

    year = CountField(label="年度", required=True, minimum=2020, maximum=2100)
    amount_yuan = AmountField(label="经费（元）", required=True, minimum=Decimal("0.01"))
    source = TextField(label="批复文件", max_length=200, help_text="下达或批复经费的文件名称、文号。")


class CommissionEditForm(Form):
    """A commission that is being prepared; its project stays."""

    agency = OrganizationField(
        label="检测机构", help_text="须独立于本工程的参建各方；填名称或统一社会信用代码。"
    )
    fee_yuan = AmountField(label="检测费（元）", required=True, whole=10)
    note = TextField(label="说明", max_length=300, required=False)


class CommissionForm(CommissionEditForm, PlacedForm):
    """A new one, of one of the scope's projects."""


class SampleForm(Form):
    """A sample to take."""

    tested_object = choice("检测对象", TestedObject.choices)
    item = TextField(label="检测项目", max_length=100, help_text="如混凝土抗压强度、钢筋力学性能。")
    standard = TextField(label="检测标准", max_length=120, required=False)
    batch_count = CountField(label="批次", required=True, minimum=1, maximum=999)
    location = TextField(label="取样部位", max_length=200, required=False)
    design_value = TextField(label="设计值", max_length=60, required=False)

    @property
    def text(self) -> SampleText:
        """For the service."""
        return SampleText(**self.cleaned_data)


class IssueForm(Form):
    """The day of the commission."""

    commissioned_on = DayField(label="委托日期", required=True)


class CancelForm(Form):
    """Why it is cancelled."""

    reason = prose("取消原因", 200, required=True)


class SamplingForm(Form):
    """Which samples were taken, when, by whom, before whom."""

    sample_ids = forms.MultipleChoiceField(
        label="取样样品", widget=forms.CheckboxSelectMultiple, error_messages={"required": "请选择样品。"}
    )
    sampled_on = DayField(label="取样日期", required=True)
    sampled_by = TextField(label="取样人", max_length=60)
    witness = TextField(label="见证人", max_length=60, help_text="在场见证取样的人，不能是取样人本人。")

    def __init__(self, *args: Any, commission: SupervisoryTestCommission, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        open_rows = commission.samples.filter(sampled_on__isnull=True)
        field: Any = self.fields["sample_ids"]
        field.choices = [
            (str(row.pk), f"{row.number} {row.item}，{row.batch_count} 批 {row.location}".strip())
            for row in open_rows
        ]

    def clean_sample_ids(self) -> list[uuid.UUID]:
        """As keys."""
        return [uuid.UUID(one) for one in self.cleaned_data["sample_ids"]]


class ReportForm(Form):
    """A report with the result of each sample; a failure names the contractor that answers for it."""

    number = TextField(label="报告编号", max_length=60, is_code=True)
    reported_on = DayField(label="报告日期", required=True)

    def __init__(self, *args: Any, test: SupervisoryTest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.samples = list(test.samples.order_by("number"))
        for index, sample in enumerate(self.samples):
            design = f"，设计值 {sample.design_value}" if sample.design_value else ""
            self.fields[f"value_{index}"] = TextField(
                label=f"{sample.number} 检测值", max_length=60, help_text=f"{sample.item}{design}"
            )
            self.fields[f"verdict_{index}"] = choice(f"{sample.number} 结论", _VERDICTS)
        if not self.samples:
            self.fields["verdict"] = choice("结论", _VERDICTS)
        units = list(responsible_contractors(test))
        self.fields["unit"] = choice(
            "责任施工单位",
            [(str(unit.pk), unit.organization.name) for unit in units],
            required=False,
            empty="请选择" if units else "没有在册的施工单位",
            help_text="检测不合格时必选：自动草拟的问题记在这个单位名下。",
        )
        if len(units) == 1:
            self.fields["unit"].initial = str(units[0].pk)
        self.fields["fee_yuan"] = AmountField(label="检测费（元）", required=True, whole=10)
        self.fields["file"] = UploadField(allowed=(PDF,), label="检测报告")
        if not self.is_bound:
            self.fields["reported_on"].initial = timezone.localdate()

    @property
    def report(self) -> Report:
        """For the service."""
        data = self.cleaned_data
        results = {
            sample.pk: SampleResult(data[f"value_{index}"], data[f"verdict_{index}"] == _PASSED)
            for index, sample in enumerate(self.samples)
        }
        return Report(
            number=data["number"],
            reported_on=data["reported_on"],
            results=results,
            fee_yuan=data["fee_yuan"],
            pdf=data["file"].read(),
            is_failed=data.get("verdict") == _FAILED,
            unit_id=uuid.UUID(data["unit"]) if data["unit"] else None,
        )


class HandlingForm(Form):
    """What was done about a failure."""

    handled_on = DayField(label="处置日期", required=True)
    handling = prose("处置情况", 300, required=True, help_text="停用、退场、返工、加密检测等措施和结果。")


class ReviewForm(Form):
    """Confirm or withdraw the drafted finding."""

    decision = choice("认定意见", (("confirm", "确认为问题"), ("withdraw", "撤销")))
    severity = choice("严重程度", Severity.choices)
    reason = prose("理由", 300, help_text="撤销必须写明原因；认定的严重程度与建议不同的，也要写明。")
