"""Forms of clues."""

from __future__ import annotations

from core.forms import Form
from enforcement.enums import ClueKind
from inspections.forms.checks import CountyForm, OrganizationField
from projects.forms.fields import DayField, TextField, choice, prose


class ClueForm(Form):
    """What is suspected, of whom."""

    kind = choice("线索类型", ClueKind.choices)
    summary = prose("线索内容", 300, required=True, rows=4)
    identified_on = DayField(label="发现日期", required=True)
    organization = OrganizationField(label="涉及单位", required=False, help_text="名称或统一社会信用代码。")


class NewClueForm(CountyForm, ClueForm):
    """The same where no finding names the place."""


class TransferForm(Form):
    """To whom and when."""

    receiver = TextField(label="接收机关", max_length=120)
    transferred_on = DayField(label="移送日期", required=True)


class ReceiptForm(Form):
    """The answer of the receiver."""

    receipt = prose("回执", 200, required=True, help_text="是否受理、案号、处理结果和日期。")
