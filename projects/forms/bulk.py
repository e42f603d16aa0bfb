"""The one value of an act on many projects."""

from __future__ import annotations

from django import forms

from core.forms import Form
from projects.enums import SiteStanding, SupervisionLevel
from projects.selectors.bulk import BulkAct


class SupervisorForm(Form):
    """A name."""

    value = forms.CharField(label="项目监督员", max_length=60)


class SiteForm(Form):
    """标准化工地."""

    value = forms.ChoiceField(label="标准化工地", choices=SiteStanding.choices)


class LevelForm(Form):
    """监督级别: it decides the stratum of the random draw."""

    value = forms.ChoiceField(label="监督级别", choices=SupervisionLevel.choices)


BULK_FORMS: dict[BulkAct, type[forms.Form]] = {
    BulkAct.SUPERVISOR: SupervisorForm,
    BulkAct.SITE: SiteForm,
    BulkAct.LEVEL: LevelForm,
}
