"""Forms of organizations, participating units, people and commitments."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django import forms

from core.errors import DomainError
from core.forms import Form
from core.id_number import parse_id_number
from core.phone import parse_phone
from core.text import quoted
from core.uploads import UploadField
from core.uscc import parse_uscc
from projects.enums import OrganizationKind, Responsibility, UnitRole
from projects.forms.fields import DayField, TextField, choice, prose
from projects.models import KeyPerson, LifelongCommitment, Organization, ParticipatingUnit, Project
from projects.rules.people import POSTS
from projects.services.attachments import TYPES
from projects.services.parties.commitments import SigningTerms
from projects.services.parties.id_numbers import LEAST_REASON
from projects.services.parties.organizations import taken_sentence
from projects.services.parties.people import PersonTerms
from projects.services.parties.units import UnitTerms

_POSTS_HINT = f"例如：{'、'.join(POSTS[:8])}等。"
_ROLES = [
    (role.value, role.label)
    for role in UnitRole
    if role != UnitRole.SUPERVISION_BODY  # a body supervises; it is no party
]


class UsccField(TextField):
    """统一社会信用代码: full-width and lower case are taken, the check digit is computed."""

    def __init__(
        self, *, label: str = "统一社会信用代码", required: bool = True, help_text: str = ""
    ) -> None:
        super().__init__(label=label, max_length=40, required=required, help_text=help_text, is_code=True)

    def to_python(self, value: Any) -> str:
        """The stored form, or the sentence that says what is wrong with it."""
        text = super().to_python(value)
        return _parsed(text, parse_uscc) if text else ""


class PhoneField(TextField):
    """A mobile or landline number."""

    def __init__(self, *, label: str = "联系电话", required: bool = False) -> None:
        super().__init__(
            label=label, max_length=30, required=required, widget=forms.TextInput(attrs={"inputmode": "tel"})
        )

    def to_python(self, value: Any) -> str:
        """The stored form."""
        text = super().to_python(value)
        return _parsed(text, parse_phone) if text else ""


class IdNumberField(forms.CharField):
    """身份证号码: never shown again in the form, never repeated in an error."""

    def __init__(self, *, help_text: str = "") -> None:
        super().__init__(
            label="身份证号码",
            required=False,
            max_length=40,
            help_text=help_text,
            widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "text"}),
            error_messages={"max_length": "身份证号码应为18位。"},
        )

    def prepare_value(self, value: Any) -> Any:
        """A refused form comes back without the number."""
        return ""

    def to_python(self, value: Any) -> str:
        """The stored form."""
        text = super().to_python(value)
        return _parsed(text, parse_id_number) if text else ""


def _parsed(text: str, parse: Any) -> str:
    try:
        return str(parse(text))
    except DomainError as error:
        raise forms.ValidationError(str(error)) from error


class OrganizationForm(Form):
    """A new organization of the city."""

    uscc = UsccField(help_text="18位，与营业执照或法人证书一致；同一代码全市只登记一次。")
    name = TextField(label="单位名称", max_length=200, help_text="与证照一致的全称。")
    kind = choice("单位性质", OrganizationKind.choices, required=False, empty="按信用代码判断")
    legal_representative = TextField(label="法定代表人", max_length=60, required=False)
    phone = PhoneField()

    def clean_uscc(self) -> str:
        """Free in this city; else who has it."""
        code = str(self.cleaned_data["uscc"])
        existing = Organization.objects.select_related("merged_into").filter(uscc=code).first()
        if existing is not None:
            raise forms.ValidationError(taken_sentence(existing))
        return code


class OrganizationChangeForm(Form):
    """What may be put right: the code never; name and nature by the bureau only."""

    name = TextField(label="单位名称", max_length=200)
    kind = choice("单位性质", OrganizationKind.choices)
    legal_representative = TextField(label="法定代表人", max_length=60, required=False)
    phone = PhoneField()

    def __init__(self, data: Any = None, *, organization: Organization, may_rename: bool) -> None:
        initial = {name: getattr(organization, name) for name in self.base_fields}
        super().__init__(data, initial=initial)
        if not may_rename:
            del self.fields["name"], self.fields["kind"]


class UnitForm(Form):
    """An organization in a role on a project; a firm that is not registered yet is registered on the way."""

    organization = TextField(
        label="单位",
        max_length=200,
        help_text="填18位统一社会信用代码，或已登记单位的全称。",
    )
    new_name = TextField(
        label="新单位名称",
        max_length=200,
        required=False,
        help_text="仅在信用代码尚未登记时填写，登记后全市共用。",
    )
    role = choice("参建角色", _ROLES)
    section = forms.ChoiceField(label="标段", required=False)
    qualification = TextField(label="资质等级", max_length=80, required=False)
    contract_number = TextField(label="合同编号", max_length=80, required=False)
    valid_from = DayField(label="起始日期")
    valid_to = DayField(label="终止日期", help_text="仍在参建的不填。")

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.found: Organization | None = None
        self.new_uscc = ""
        sections = [(str(one.pk), f"{one.code} {one.name}") for one in project.sections.all()]
        self.fields["section"].choices = [("", "整个工程"), *sections]  # type: ignore[attr-defined]

    def clean_organization(self) -> str:
        """A code or the full name of a registered organization."""
        text = str(self.cleaned_data["organization"])
        rows = Organization.objects.select_related("merged_into")
        by_name = list(rows.filter(name=text, merged_into__isnull=True)[:2])
        if len(by_name) > 1:
            raise forms.ValidationError(f"有多家单位名为{quoted(text)}，请填统一社会信用代码。")
        if by_name:
            self.found = by_name[0]
            return text
        if not any(character.isdigit() for character in text):
            raise forms.ValidationError(f"没有登记名为{quoted(text)}的单位，请填它的统一社会信用代码。")
        code = _parsed(text, parse_uscc)
        self.found = rows.filter(uscc=code).first()
        if self.found is None:
            self.new_uscc = code
        elif self.found.merged_into is not None:
            raise forms.ValidationError(taken_sentence(self.found))
        return code

    def clean(self) -> dict[str, Any]:
        """A code nobody registered needs a name."""
        cleaned = super().clean() or {}
        if self.new_uscc and not cleaned.get("new_name"):
            self.add_error("new_name", f"信用代码{self.new_uscc}尚未登记，请填写单位名称，将一并登记。")
        return cleaned

    @property
    def terms(self) -> UnitTerms:
        """For the service."""
        return unit_terms(self.cleaned_data)


class UnitChangeForm(Form):
    """What may be put right of a participation; another firm or role is another one."""

    section = forms.ChoiceField(label="标段", required=False)
    qualification = TextField(label="资质等级", max_length=80, required=False)
    contract_number = TextField(label="合同编号", max_length=80, required=False)
    valid_from = DayField(label="起始日期")
    valid_to = DayField(label="终止日期", help_text="仍在参建的不填。")

    def __init__(self, data: Any = None, *, unit: ParticipatingUnit) -> None:
        names = ("qualification", "contract_number", "valid_from", "valid_to")
        initial = {name: getattr(unit, name) for name in names}
        super().__init__(data, initial={**initial, "section": str(unit.section_id or "")})
        sections = [(str(one.pk), f"{one.code} {one.name}") for one in unit.project.sections.all()]
        self.fields["section"].choices = [("", "整个工程"), *sections]  # type: ignore[attr-defined]

    @property
    def terms(self) -> UnitTerms:
        """For the service."""
        return unit_terms(self.cleaned_data)


def unit_terms(cleaned: dict[str, Any]) -> UnitTerms:
    """The typed form of what was filled in."""
    return UnitTerms(
        section_id=UUID(cleaned["section"]) if cleaned.get("section") else None,
        qualification=cleaned["qualification"],
        contract_number=cleaned["contract_number"],
        valid_from=cleaned["valid_from"],
        valid_to=cleaned["valid_to"],
    )


class EndForm(Form):
    """The last day."""

    valid_to = DayField(label="终止日期", required=True)


class WhyForm(Form):
    """A reason."""

    reason = prose("理由", 200, required=True, rows=2, help_text="至少5个字，记入审计日志。")


class PersonForm(Form):
    """Somebody in a post."""

    name = TextField(label="姓名", max_length=60)
    post = TextField(label="岗位", max_length=40, help_text=_POSTS_HINT)
    certificate_number = TextField(label="证书号", max_length=60, required=False, is_code=True)
    certificate_valid_until = DayField(label="证书有效期至")
    phone = PhoneField()
    id_number = IdNumberField(help_text="仅终身责任信息表需要；加密保存，页面只显示首尾几位。")
    valid_from = DayField(label="到岗日期")
    valid_to = DayField(label="离岗日期", help_text="仍在岗的不填。")

    def __init__(self, data: Any = None, *, person: KeyPerson | None = None) -> None:
        initial = {}
        if person is not None:
            names = [name for name in self.base_fields if name != "id_number"]
            initial = {name: getattr(person, name) for name in names}
        super().__init__(data, initial=initial)
        if person is not None and person.id_number_masked:
            self.fields[
                "id_number"
            ].help_text = f"已登记 {person.id_number_masked}；不改就留空。加密保存，页面只显示首尾几位。"

    @property
    def terms(self) -> PersonTerms:
        """For the service."""
        return PersonTerms(**self.cleaned_data)


class RevealForm(Form):
    """Why the whole number is needed."""

    reason = TextField(
        label="查看理由",
        max_length=200,
        min_length=LEAST_REASON,
        help_text=f"至少{LEAST_REASON}个字。谁、何时、因何查看，记入审计日志；号码本身不记。",
    )


class SigningForm(Form):
    """A signed 承诺书."""

    person_name = TextField(label="责任人", max_length=60)
    responsibility = choice("责任类别", Responsibility.choices)
    post = TextField(label="岗位", max_length=40, help_text=_POSTS_HINT)
    certificate_number = TextField(label="证书号", max_length=60, required=False, is_code=True)
    phone = PhoneField()
    id_number = IdNumberField(help_text="已在主要管理人员中登记的不必再填；加密保存。")
    signed_on = DayField(label="签署日期", required=True, help_text="应在开工前签署。")

    @property
    def terms(self) -> SigningTerms:
        """For the service."""
        return SigningTerms(**self.cleaned_data)


def taking_over(former: LifelongCommitment) -> dict[str, Any]:
    """What a successor inherits: the responsibility and the post, nothing personal."""
    return {"responsibility": former.responsibility, "post": former.post}


class ScanForm(Form):
    """The scan of a signed 承诺书."""

    file = UploadField(label="扫描件", allowed=TYPES)


class PlaqueForm(Form):
    """The 质量责任公示牌 on site."""

    plaque_on = DayField(label="设置日期", required=True)
    photo = UploadField(label="公示牌照片", allowed=TYPES, required=False)

    def __init__(self, data: Any = None, files: Any = None, *, plaque_on: dt.date | None = None) -> None:
        super().__init__(data, files, initial={"plaque_on": plaque_on})


class MergeTargetForm(Form):
    """Into which organization."""

    into = UsccField(label="保留单位的统一社会信用代码", help_text="两条记录中留下的那一条。")


class MergeForm(Form):
    """Why the two are one."""

    reason = prose("合并理由", 300, required=True, rows=2, help_text="至少5个字，随合并记录永久保存。")
