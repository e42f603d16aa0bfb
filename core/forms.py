"""The base of every form: what Django would say in its own words is said as a sentence that names the field."""

from __future__ import annotations

from typing import Any

from django import forms

_UNNAMED = "页面上的数据不完整或已经过期，请刷新页面后重新填写。"
_PICKED = (forms.ChoiceField, forms.FileField)
"""What is chosen, not typed: `ModelChoiceField` and the multiple ones are subclasses."""

_INVALID: tuple[tuple[type[forms.Field], str], ...] = (
    (forms.DateTimeField, "{}应写成 2023-10-12 09:30 的形式，且是真实的时间。"),
    (forms.DateField, "{}应写成 2023-10-12 的形式，且是真实的日期。"),
    (forms.TimeField, "{}应写成 22:00 的形式，且是真实的时间。"),
    (forms.FloatField, "{}应填数字，例如 12.5。"),
    (forms.DecimalField, "{}应填数字，例如 12.5。"),
    (forms.IntegerField, "{}应填整数，例如 12。"),
    (forms.EmailField, "{}应写成 name@example.gov.cn 的形式。"),
    (forms.URLField, "{}应写成 https://example.gov.cn 的形式。"),
    (forms.FileField, "{}没有完整传上来，请重新选择文件。"),
)
"""The first that fits; a field of whole numbers is the base of the others, hence the order."""

_SENTENCES = {
    "max_length": "{}不超过 %(limit_value)d 字，现有 %(show_value)d 字，请精简。",
    "min_length": "{}至少 %(limit_value)d 字，现有 %(show_value)d 字，请补充。",
    "max_value": "{}不能大于 %(limit_value)s，请核对。",
    "min_value": "{}不能小于 %(limit_value)s，请核对。",
    "step_size": "{}应是 %(limit_value)s 的整数倍，请核对。",
    "max_digits": "{}最多 %(max)s 位数字，请核对。",
    "max_decimal_places": "{}最多 %(max)s 位小数，请核对。",
    "max_whole_digits": "{}最多 %(max)s 位整数，请核对单位。",
    "overflow": "{}超出了能记录的范围，请核对。",
    "invalid_choice": "所选的{}不在可选范围，请重新选择。",
    "invalid_pk_value": "所选的{}不在可选范围，请重新选择。",
    "invalid_list": "{}的选择没有完整传上来，请刷新页面后重新选择。",
    "null_characters_not_allowed": "{}中有看不见的字符，请删除后重新填写。",
    "incomplete": "请把{}填写完整。",
    "missing": "请选择{}。",
    "empty": "{}是空文件，请检查后重新选择。",
    "contradiction": "{}既选了新文件又勾了清除，请只留一项。",
    "invalid_image": "{}不是能打开的图片，请重新选择。",
    "invalid_extension": "{}的文件类型不对，请重新选择。",
}
_FILE_NAME = "{}的文件名不超过 %(max)d 个字符，现有 %(length)d 个，请改名后再选。"


def sentence(field: forms.Field, code: str, label: str = "") -> str:
    """What is said when `field` refuses for the reason `code`; a field without a label is none that anybody typed in."""
    name = label or str(field.label or "")
    return _wording(field, code).format(name.replace("%", "％")) if name else _UNNAMED


def _wording(field: forms.Field, code: str) -> str:
    if code == "required":
        if isinstance(field, forms.BooleanField):
            return "请勾选“{}”。"
        return "请选择{}。" if isinstance(field, _PICKED) else "请填写{}。"
    if code == "max_length" and isinstance(field, forms.FileField):
        return _FILE_NAME
    if code == "invalid":
        return next(
            (words for kind, words in _INVALID if isinstance(field, kind)), "{}的内容不对，请核对后重新填写。"
        )
    return _SENTENCES.get(code, "{}的内容不对，请核对后重新填写。")


def give_sentences(field: forms.Field, label: str = "") -> None:
    """Put the house's sentences where the field would speak with Django's; what its author wrote stays.

    label: of the field that this one is a part of.
    """
    for code in {*_SENTENCES, *field.error_messages, "invalid"}:
        said = field.error_messages.get(code)
        if said is None or _is_djangos(field, code, said):
            field.error_messages[code] = sentence(field, code, label)
    if isinstance(field, forms.MultiValueField):
        for part in field.fields:
            give_sentences(part, label or str(field.label or ""))


def _is_djangos(field: forms.Field, code: str, said: Any) -> bool:
    return any(
        vars(kind).get("default_error_messages", {}).get(code) is said
        for kind in type(field).__mro__
        if kind.__module__.startswith("django.")
    )


class PlainSpoken:
    """For a form of another family, such as the one that signs in."""

    fields: dict[str, forms.Field]

    def full_clean(self) -> None:
        """Late, so that fields which a subclass adds or renames are named as the reader sees them."""
        for field in self.fields.values():
            give_sentences(field)
        super().full_clean()  # type: ignore[misc]


class Form(PlainSpoken, forms.Form):
    """The base of every form of the product."""
