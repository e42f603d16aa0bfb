"""The form of a project: every field of the register, in groups."""

from __future__ import annotations

from typing import Any

from django import forms

from projects.enums import (
    ConstructionNature,
    ProjectCategory,
    ProjectStatus,
    SiteStanding,
    SupervisionLevel,
)
from projects.forms.base import RegisterForm
from projects.forms.fields import (
    FUNDING_SOURCES,
    AmountField,
    CountField,
    DayField,
    RowChoiceField,
    TextField,
    choice,
)
from projects.models import Organization
from projects.rules.position import read_position
from projects.rules.register import STANDARD_SITE_COST_WAN_YUAN
from projects.selectors.organization_picker import CANDIDATES, find_organizations, usual_legal_persons
from projects.services.register.projects import FIELDS, county_facts
from tenancy.models import Jurisdiction, TenantModel
from tenancy.scope import current_scope

_GRADES = [(text, f"{text}等") for text in ("Ⅰ", "Ⅱ", "Ⅲ", "Ⅳ", "Ⅴ")]
_BUILDING_GRADES = [(text, f"{text}级") for text in "12345"]
_SEPARATOR = "、"


class OwnTextChoice(forms.ChoiceField):
    """A choice that keeps what stands in the record already, however it was written."""

    def offer(self, value: str) -> None:
        """Add the stored text."""
        known: Any = self.choices
        if value and value not in {key for key, _ in known}:
            self.choices = [*known, (value, value)]


class ProjectForm(RegisterForm):
    """Register a project or put it right."""

    groups = (
        (
            "工程概况",
            (
                "jurisdiction",
                "code",
                "name",
                "investment_code",
                "supervision_level",
                "category",
                "nature",
                "grade",
                "building_grade",
                "location",
                "scale",
                "longitude",
                "latitude",
            ),
        ),
        (
            "批复与资金",
            (
                "approval_number",
                "approved_estimate_wan_yuan",
                "construction_cost_wan_yuan",
                "approved_duration_days",
                "funding_source",
            ),
        ),
        ("项目法人", ("legal_person", "legal_person_pick")),
        ("建设状态", ("status", "started_on", "planned_finish_on", "finished_on")),
        (
            "质量管理",
            (
                "unit_work_count",
                "division_count",
                "work_element_count",
                "main_unit_works",
                "test_scheme_on",
                "plaque_on",
                "site_standing",
                "excellence_goal",
                "excellence_award",
            ),
        ),
    )
    wide = frozenset(
        {
            "name",
            "scale",
            "location",
            "funding_source",
            "legal_person",
            "legal_person_pick",
            "main_unit_works",
        }
    )

    jurisdiction = RowChoiceField(label="所在县（市、区）")
    code = TextField(
        label="工程编号", max_length=40, is_code=True, help_text="全市唯一，台账和月报都用它认工程。"
    )
    name = TextField(label="工程名称", max_length=200, help_text="用批复文件上的全称。")
    investment_code = TextField(
        label="投资项目代码",
        max_length=30,
        is_code=True,
        required=False,
        help_text="投资在线平台代码，如 2209-510726-04-01-123456。",
    )
    supervision_level = choice("监督级别", SupervisionLevel.choices)
    category = choice("工程类别", ProjectCategory.choices)
    nature = choice("建设性质", ConstructionNature.choices)
    grade = OwnTextChoice(label="工程等别", choices=[("", "未定"), *_GRADES], required=False)
    building_grade = OwnTextChoice(
        label="主要建筑物级别", choices=[("", "未定"), *_BUILDING_GRADES], required=False
    )
    location = TextField(label="建设地点", max_length=200, required=False)
    scale = TextField(label="建设规模", max_length=300, required=False)
    longitude = TextField(
        label="经度", max_length=40, required=False, help_text="如 104.451200 或 104°27′04.3″。"
    )
    latitude = TextField(
        label="纬度",
        max_length=40,
        required=False,
        help_text="如 31.833300 或 31°49′59.9″；也可登记后在示意图上选点。",
    )
    approval_number = TextField(label="批复文号", max_length=80, required=False)
    approved_estimate_wan_yuan = AmountField(label="批复概算（万元）")
    construction_cost_wan_yuan = AmountField(
        label="建安费（万元）",
        help_text=f"达到 {STANDARD_SITE_COST_WAN_YUAN} 万元的，须说明标准化工地创建情况。",
    )
    approved_duration_days = CountField(
        label="批复工期（天）", minimum=1, maximum=20_000, help_text="日历天。"
    )
    funding_source = forms.MultipleChoiceField(
        label="资金来源",
        choices=[(text, text) for text in FUNDING_SOURCES],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "资金来源没有“%(value)s”这一项，请重新选择。"},
    )
    legal_person = TextField(
        label="项目法人",
        max_length=220,
        help_text="填统一社会信用代码、单位名称或其中一段，也可填拼音首字母；有多家符合时再选。",
        widget=forms.TextInput(attrs={"list": "legal-persons", "autocomplete": "off"}),
    )
    legal_person_pick = forms.ChoiceField(label="请选择单位", required=False, widget=forms.RadioSelect)
    status = choice("建设状态", ProjectStatus.choices)
    started_on = DayField(label="开工日期")
    planned_finish_on = DayField(label="计划完工日期")
    finished_on = DayField(label="实际完工日期")
    unit_work_count = CountField(label="单位工程数")
    division_count = CountField(label="分部工程数")
    work_element_count = CountField(label="单元工程数")
    main_unit_works = TextField(label="主要单位工程", max_length=300, required=False)
    test_scheme_on = DayField(label="检测方案日期")
    plaque_on = DayField(label="质量责任公示牌设置日期")
    site_standing = choice("标准化工地", SiteStanding.choices, required=False)
    excellence_goal = TextField(label="创优目标", max_length=100, required=False)
    excellence_award = TextField(label="创优获奖情况", max_length=200, required=False)

    def prepare(self) -> None:
        """Counties for the bureau only; candidates of 项目法人 when what was typed fits several."""
        in_county = current_scope().county_id is not None
        if in_county and self.row is not None:
            del self.fields["supervision_level"]
        elif in_county:
            self.initial.setdefault("supervision_level", SupervisionLevel.COUNTY)
        if self.row is not None or in_county:
            del self.fields["jurisdiction"]
        else:
            self.fields["jurisdiction"].queryset = Jurisdiction.objects.counties()  # type: ignore[attr-defined]
        self._offer_stored()
        self.candidates = find_organizations(str(self.data.get("legal_person", ""))) if self.is_bound else []
        if len(self.candidates) > 1:
            pick: Any = self.fields["legal_person_pick"]
            pick.choices = [(one.uscc, f"{one.name}（{one.uscc}）") for one in self.candidates]
        else:
            del self.fields["legal_person_pick"]

    def _offer_stored(self) -> None:
        row: Any = self.row
        if row is None:
            return
        for name in ("grade", "building_grade"):
            field: Any = self.fields[name]
            field.offer(getattr(row, name))
        stored = [part for part in row.funding_source.split(_SEPARATOR) if part]
        source: Any = self.fields["funding_source"]
        known = [*FUNDING_SOURCES, *(part for part in stored if part not in FUNDING_SOURCES)]
        source.choices = [(text, text) for text in known]
        self.initial["funding_source"] = stored

    def _initial(self, row: TenantModel) -> dict[str, Any]:
        project: Any = row
        person = project.legal_person
        return {
            **super()._initial(row),
            "legal_person": f"{person.name} {person.uscc}",
            "longitude": "" if project.longitude is None else format(project.longitude, "f"),
            "latitude": "" if project.latitude is None else format(project.latitude, "f"),
        }

    def stored_names(self, row: TenantModel) -> list[str]:
        """All columns that the service writes for this reader."""
        return list(FIELDS) if current_scope().county_id is None else list(county_facts())

    def legal_person_proposals(self) -> list[Organization]:
        """For the field's list of proposals."""
        return usual_legal_persons()

    def grouped(self) -> Any:
        """Only the fields that are there."""
        for heading, names in self.groups:
            yield (
                heading,
                [(self[name], "span" if name in self.wide else "") for name in names if name in self.fields],
            )

    def clean_funding_source(self) -> str:
        """One text, as the register keeps it."""
        text = _SEPARATOR.join(self.cleaned_data["funding_source"])
        if len(text) > 100:
            raise forms.ValidationError("资金来源选得太多，合计不超过 100 字。")
        return text

    def clean(self) -> dict[str, Any]:
        """The point and the 项目法人 as records."""
        cleaned = super().clean() or {}
        self._clean_position(cleaned)
        if cleaned.get("legal_person"):
            cleaned["legal_person"] = self._legal_person(cleaned)
        return cleaned

    def _clean_position(self, cleaned: dict[str, Any]) -> None:
        if "longitude" not in cleaned or "latitude" not in cleaned:
            return
        position, problems = read_position(cleaned["longitude"], cleaned["latitude"])
        cleaned["longitude"] = position.longitude if position else None
        cleaned["latitude"] = position.latitude if position else None
        for problem in problems:
            self.add_error(problem.field, problem.sentence)

    def _legal_person(self, cleaned: dict[str, Any]) -> Organization | None:
        picked = cleaned.get("legal_person_pick")
        found = [one for one in self.candidates if not picked or one.uscc == picked]
        if len(found) == 1:
            return found[0]
        if not found:
            self.add_error(
                "legal_person",
                f"没有找到“{cleaned['legal_person']}”，请核对名称或信用代码；新单位请先在“参建单位”中登记。",
            )
        else:
            more = "以上" if len(found) == CANDIDATES else ""
            self.add_error("legal_person", f"有 {len(found)} 家{more}单位符合，请在下面选择一家。")
        return None

    @property
    def facts(self) -> dict[str, Any]:
        """The columns of the record only."""
        return {name: self.cleaned_data[name] for name in FIELDS if name in self.cleaned_data}
