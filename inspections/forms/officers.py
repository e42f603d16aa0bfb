"""Forms of the officers' directory."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms

from accounts.models import RoleAssignment
from accounts.roles import Capability, holders
from core.forms import Form
from core.text import half_width
from inspections.enums import TieKind
from inspections.forms.checks import organization_named
from projects.forms.fields import DayField, TextField, choice
from projects.models import Organization, Project
from tenancy.models import Jurisdiction


class OfficerForm(Form):
    """An entry of the directory; a county's people are of their own office."""

    place = forms.ChoiceField(label="所属单位")
    name = TextField(label="姓名", max_length=60)
    enforcement_id = TextField(label="执法证号", max_length=40, is_code=True)
    id_valid_until = DayField(label="执法证有效期至", required=True)
    post = TextField(label="职务", max_length=60, required=False)
    specialty = TextField(label="专业", max_length=60, required=False)
    account = forms.ChoiceField(
        label="系统账户", required=False, help_text="对应账户后，安排的检查会出现在本人平板上。"
    )
    left_reason = TextField(
        label="出库原因", max_length=120, required=False, help_text="填写后不再参加抽取和检查；留空为在库。"
    )

    def __init__(self, *args: Any, place: Jurisdiction, is_new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = [place] if place.parent_id else list(Jurisdiction.objects.filter(is_active=True))
        places: Any = self.fields["place"]
        places.choices = [(one.code, one.name) for one in own]
        accounts: Any = self.fields["account"]
        accounts.choices = [("", "（没有账户）"), *_accounts()]
        if is_new:
            del self.fields["left_reason"]
        else:
            del self.fields["place"]

    def values(self) -> dict[str, Any]:
        """As the service takes them."""
        data = self.cleaned_data
        given = {
            name: data[name] for name in ("name", "enforcement_id", "id_valid_until", "post", "specialty")
        }
        user = uuid.UUID(data["account"]) if data["account"] else None
        return {**given, "user_id": user, "left_reason": data.get("left_reason", "")}


def _accounts() -> list[tuple[str, str]]:
    """Those of the scope who may inspect."""
    rows = RoleAssignment.objects.filter(
        ended_at__isnull=True, role__in=holders(Capability.INSPECTION_RECORD)
    )
    people = rows.select_related("user", "jurisdiction").order_by(
        "jurisdiction__unit_order", "user__display_name"
    )
    return [(str(one.user_id), f"{one.user.display_name}（{one.jurisdiction.short_name}）") for one in people]


class TieForm(Form):
    """A tie to one project or one organization."""

    about = TextField(
        label="工程或单位",
        max_length=200,
        help_text="填写工程编号，或单位名称、统一社会信用代码。",
    )
    kind = choice("情形", TieKind.choices)
    declared_on = DayField(label="申报日期", required=True)
    note = TextField(label="说明", max_length=200, required=False)

    def clean_about(self) -> Project | Organization:
        """The one thing that fits. Raises ValidationError with what to type instead."""
        text = half_width(self.cleaned_data["about"]).strip()
        project = Project.objects.filter(code=text).first() or Project.objects.filter(name=text).first()
        return project or organization_named(text, "请填写台账中的工程编号，或单位的统一社会信用代码。")


class EndTieForm(Form):
    """From which day the tie lasts no longer."""

    ended_on = DayField(label="解除日期", required=True)
