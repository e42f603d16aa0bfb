"""Forms of a draw: what is drawn, who is left out and why, secrets, what the public is told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from core.forms import Form
from inspections.enums import DrawKind
from inspections.models import DrawWitness
from inspections.services.draw_witnesses import LONGEST_SECRET, SHORTEST_SECRET
from inspections.services.draws import QUOTAS, RATIO, DrawPlan
from projects.enums import SupervisionLevel
from projects.forms.fields import CountField, TextField, choice

_LEVELS = ((SupervisionLevel.CITY.value, "市级监管工程"), (SupervisionLevel.COUNTY.value, "县级监管工程"))
_SECRET = forms.PasswordInput(attrs={"autocomplete": "new-password", "spellcheck": "false"})


class StartForm(Form):
    """What is drawn. A county is not asked what only the bureau may choose."""

    kind = choice("抽取类型", DrawKind.choices)
    title = TextField(label="抽取名称", max_length=120)
    levels = forms.MultipleChoiceField(
        label="抽取范围", choices=_LEVELS, required=False, widget=forms.CheckboxSelectMultiple
    )
    is_whole = forms.BooleanField(label="不分层（如每月从县级监管工程中抽1个指导性检查）", required=False)
    quota = choice("抽取数的确定", QUOTAS)
    count = CountField(label="每层固定数", minimum=1, maximum=500, help_text="选择“每层固定数”时填写。")
    whole_city = forms.BooleanField(label="从全市检查人员中抽取", required=False)
    cross = forms.BooleanField(label="交叉组队：不查本县区，同组人员来自不同县区", required=False)
    team_size = CountField(label="每组检查人员数", required=True, minimum=2, maximum=9)
    codes = forms.CharField(
        label="工程编号",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="只抽检查人员时填写，每行一个工程编号。",
    )

    def __init__(self, *args: Any, is_city: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_city = is_city
        if not is_city:
            for name in ("levels", "is_whole", "whole_city", "cross"):
                del self.fields[name]
            kinds = [pair for pair in DrawKind.choices if pair[0] != DrawKind.COUNTY]
            self.fields["kind"].choices = kinds  # type: ignore[attr-defined]

    @staticmethod
    def defaults() -> dict[str, Any]:
        """What a draw usually is."""
        return {
            "kind": DrawKind.PROJECT.value,
            "levels": [value for value, _ in _LEVELS],
            "quota": RATIO,
            "count": 1,
            "whole_city": True,
            "team_size": 2,
        }

    def plan(self) -> DrawPlan:
        """As the service takes it."""
        data = self.cleaned_data
        return DrawPlan(
            kind=data["kind"],
            title=data["title"],
            levels=data["levels"] if self.is_city else [SupervisionLevel.COUNTY.value],
            is_whole=data.get("is_whole", False),
            quota=data["quota"],
            count=data["count"] or 0,
            cross=data.get("cross", False),
            whole_city=data.get("whole_city", False),
            team_size=data["team_size"],
            codes=data["codes"].splitlines(),
        )


class CandidateForm(Form):
    """Leave a candidate out or take it in again; either needs a reason."""

    act = forms.ChoiceField(
        label="办理",
        choices=(("OUT", "排除，不参加抽取"), ("IN", "列入，参加抽取")),
        widget=forms.RadioSelect,
        error_messages={"required": "请选择排除还是列入。"},
    )
    reason = TextField(label="理由", max_length=120, help_text="理由随名录封存，并写入抽取记录。")


class SecretForm(Form):
    """A secret, or the hash that the witness computed."""

    secret = forms.CharField(
        label="口令",
        max_length=LONGEST_SECRET,
        strip=False,
        widget=_SECRET,
        error_messages={"required": "请设定口令；不愿在此输入口令的，填写口令摘要。"},
        help_text=f"{SHORTEST_SECRET}至{LONGEST_SECRET}个字符，自己记住，抽取时要再输入一次；系统此时只保存摘要。",
    )
    digest = forms.CharField(
        label="口令摘要",
        required=False,
        max_length=80,
        help_text="不愿在此输入口令的，可自行计算摘要后填写（算法见上面的抽取说明），口令留空。",
    )
    position = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=99)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # one of the two: whoever hands in a hash owes no secret
        self.fields["secret"].required = not str(self.data.get("digest", "")).strip()


class GuestForm(SecretForm):
    """A witness without an account, at the desk."""

    name = TextField(label="见证人姓名", max_length=60)
    unit = TextField(label="见证人单位", max_length=120)
    field_order = ("name", "unit", "secret", "digest")


class RevealForm(Form):
    """The same secret again."""

    secret = forms.CharField(
        label="口令",
        max_length=LONGEST_SECRET,
        strip=False,
        widget=_SECRET,
        error_messages={"required": "请输入口令。"},
    )


class RunForm(Form):
    """The secrets of the guests, typed one after the other at the desk."""

    def __init__(self, *args: Any, guests: Sequence[DrawWitness], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for one in guests:
            self.fields[f"secret_{one.position}"] = forms.CharField(
                label=f"第{one.position}位见证人 {one.name}（{one.unit}）的口令",
                max_length=LONGEST_SECRET,
                strip=False,
                widget=_SECRET,
                error_messages={"required": f"请由第{one.position}位见证人输入口令。"},
            )

    def secrets(self) -> dict[int, str]:
        """By place."""
        return {int(name.removeprefix("secret_")): value for name, value in self.cleaned_data.items()}


class ReasonForm(Form):
    """Why."""

    reason = TextField(label="原因", max_length=200)


class PublishForm(Form):
    """What is added to the result."""

    note = forms.CharField(
        label="说明",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="有抽中工程没有完成检查的，须写明原因；其中的人名和号码会自动隐去。",
    )
