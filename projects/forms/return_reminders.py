"""Whom the clerk reminds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, cast

from django import forms

from core.forms import Form
from projects.models import MonthlyReturn


class RemindForm(Form):
    """The counties whose return is not with the bureau; those whose term is over are ticked already."""

    returns = forms.MultipleChoiceField(
        label="催报哪些县区",
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "请至少选择一个县区。",
            "invalid_choice": "所选月报已报送，请刷新后重新选择。",
        },
        help_text="填报员和审核人会收到系统消息；已配置邮件的同时收到邮件。同一县区每天催报一次。",
    )

    def __init__(self, rows: Sequence[MonthlyReturn], *, today: dt.date, data: Any = None) -> None:
        late = [str(row.pk) for row in rows if row.due_on is None or row.due_on < today]
        super().__init__(data, initial={"returns": late})
        field = cast("forms.MultipleChoiceField", self.fields["returns"])
        field.choices = [
            (str(row.pk), f"{row.jurisdiction.short_name}（{row.get_state_display()}）") for row in rows
        ]
