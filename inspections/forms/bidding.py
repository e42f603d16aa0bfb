"""Forms of bidding checks."""

from __future__ import annotations

from typing import Any

from inspections.enums import BiddingMatter, BiddingSource
from inspections.forms.checks import CountyForm
from inspections.services.bidding import BiddingText
from projects.forms.fields import DayField, TextField, choice, prose

_FOUND, _NOTHING = "yes", "no"


class BiddingForm(CountyForm):
    """One check; its county is chosen once."""

    matter = choice("核查事项", BiddingMatter.choices)
    source = choice("核查来源", BiddingSource.choices)
    source_note = TextField(
        label="来源说明", max_length=200, required=False, help_text="投诉登记编号、交办文号等。"
    )
    checked_on = DayField(label="核查日期", required=True)
    checked_by = TextField(label="核查人员", max_length=120)
    has_problem = choice("核查结论", ((_NOTHING, "未发现问题"), (_FOUND, "存在问题")))
    result = prose("核查结果", 300, help_text="存在问题的必须写明事实。")
    handling = prose("处理意见", 300, help_text="存在问题的必须填写；起草整改通知书时作为整改要求。")

    def __init__(self, *args: Any, is_new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_new:
            self.fields.pop("county", None)

    @property
    def text(self) -> BiddingText:
        """For the service."""
        names = BiddingText.__dataclass_fields__
        data = {name: self.cleaned_data[name] for name in names}
        return BiddingText(**{**data, "has_problem": data["has_problem"] == _FOUND})


def stored(row: Any) -> dict[str, Any]:
    """The form's values of a row."""
    data = {name: getattr(row, name) for name in BiddingText.__dataclass_fields__}
    return {**data, "has_problem": _FOUND if row.has_problem else _NOTHING}
