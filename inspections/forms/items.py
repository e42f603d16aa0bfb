"""Forms of the item list and of the yearly cap."""

from __future__ import annotations

from django import forms

from core.forms import Form
from inspections.enums import CapMode
from inspections.services.items import ItemText
from projects.forms.fields import CountField, DayField, TextField, choice, prose


class ItemForm(Form):
    """An item as it is published."""

    code = TextField(
        label="编号", max_length=20, is_code=True, help_text="已公布的编号再次公布，即替换原内容。"
    )
    name = TextField(label="检查事项", max_length=120)
    basis = prose("检查依据", 400, required=True, rows=3, help_text="法律、法规、规章名称和条款。")
    subject = TextField(label="检查对象", max_length=120)
    content = prose("检查内容", 600, required=True, rows=3)
    method = TextField(label="检查方式", max_length=120)
    frequency = TextField(label="比例和频次", max_length=120)
    section = TextField(label="实施科室", max_length=60, required=False)
    concerns_firms = forms.BooleanField(
        label="涉企检查",
        required=False,
        initial=True,
        help_text="对机关、事业单位的内部监督不计入企业检查频次。",
    )
    published_on = DayField(label="公布日期", required=True)

    @property
    def text(self) -> ItemText:
        """For the service."""
        return ItemText(**self.cleaned_data)


class WithdrawForm(Form):
    """From when on an item is no longer in force."""

    withdrawn_on = DayField(label="停用日期", required=True)


class CapForm(Form):
    """The cap of a year."""

    year = CountField(label="年度", required=True, minimum=2000, maximum=2100)
    cap = CountField(label="频次上限（次）", required=True, minimum=1, maximum=366)
    mode = choice("超出上限时", CapMode.choices)
    source = TextField(label="公布文件", max_length=200)
    published_on = DayField(label="公布日期", required=True)
