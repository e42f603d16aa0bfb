"""No form of the product speaks with Django's own sentences."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import django_filters
import pytest
from django import forms
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm
from django.core import validators
from django.utils.datastructures import MultiValueDict
from django.utils.functional import Promise
from django_filters.fields import DateRangeField

from core.forms import Form, PlainSpoken, give_sentences

HAN = re.compile(r"[\u4e00-\u9fff]")


def _kinds(base: type) -> Iterator[type]:
    """Every class of the product below `base`; all modules that declare forms or filters are loaded first."""
    root = Path(settings.BASE_DIR)
    for path in root.glob("[a-z]*/**/*.py"):
        parts = path.relative_to(root).with_suffix("").parts
        is_ours = (root / parts[0] / "apps.py").exists()
        if is_ours and re.search(r"\b(Form|FilterSet)\)?[,)]", path.read_text(encoding="utf-8")):
            importlib.import_module(".".join(parts))
    waiting = [base]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        if (root / kind.__module__.split(".")[0] / "apps.py").exists():
            yield kind


def _djangos() -> set[str]:
    """What the fields of Django would say, in the language of the product."""
    said: set[str] = set()
    waiting: list[type[forms.Field]] = [forms.Field]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        if kind.__module__.startswith(("django.", "django_filters.")):
            said |= {str(words) for words in vars(kind).get("default_error_messages", {}).values()}
    for thing in vars(validators).values():
        message = getattr(thing, "message", None)
        said |= {str(message)} if isinstance(message, str | Promise) else set()
    return {words for words in said if words}


def _faults(name: str, field: forms.Field, djangos: set[str]) -> list[str]:
    give_sentences(field)
    label = str(field.label or "")
    return [
        f"{name}: {code}: {words}"
        for code, words in ((code, str(words)) for code, words in field.error_messages.items())
        if words in djangos
        or not words.endswith("。")
        or not HAN.search(words)
        or (not label and not field.widget.is_hidden)
    ]


def test_every_form_of_the_product_has_the_base_that_speaks_for_it():
    kinds = set(_kinds(forms.BaseForm))

    assert [kind for kind in kinds if not issubclass(kind, PlainSpoken)] == []
    assert len(kinds) >= 110


def test_no_field_of_a_form_or_a_filter_keeps_a_sentence_of_django():
    djangos = _djangos()
    faults: list[str] = []
    for kind in _kinds(forms.BaseForm):
        if issubclass(kind, AuthenticationForm):  # names its fields when it is made
            continue
        for name, field in getattr(kind, "base_fields", {}).items():
            faults += _faults(f"{kind.__qualname__}.{name}", field.__deepcopy__({}), djangos)
    for kind in _kinds(django_filters.FilterSet):
        for name, one in kind.base_filters.items():  # type: ignore[attr-defined]
            if "choices" not in one.extra or not callable(one.extra["choices"]):
                faults += _faults(f"{kind.__qualname__}.{name}", one.field.__deepcopy__({}), djangos)

    assert len(djangos) >= 30
    assert faults == []


class Everything(Form):
    """One of each kind that the product asks with, and none of them says what to say."""

    text = forms.CharField(label="部位", max_length=3, validators=[validators.MinLengthValidator(2)])
    day = forms.DateField(label="期限")
    clock = forms.TimeField(label="免打扰开始")
    moment = forms.DateTimeField(label="进场时间")
    count = forms.IntegerField(label="批次", max_value=9)
    rate = forms.DecimalField(label="含水率(%)", max_digits=4, decimal_places=1, max_value=100)
    mail = forms.EmailField(label="电子邮箱")
    severity = forms.ChoiceField(label="严重程度", choices=[("A", "一般")])
    levels = forms.MultipleChoiceField(label="抽取范围", choices=[("A", "市级")])
    paper = forms.FileField(label="检测报告", max_length=4)
    agreed = forms.BooleanField(label="已核对")
    position = forms.IntegerField(widget=forms.HiddenInput)
    said = forms.CharField(label="理由", error_messages={"required": "请写明理由。"})


def test_a_refusal_names_the_field_and_what_would_be_right():
    empty = Everything(MultiValueDict()).errors
    bad = Everything(
        MultiValueDict(
            {
                "text": ["左岸护坡"],
                "day": ["明天"],
                "clock": ["25:61"],
                "moment": ["昨天"],
                "count": ["10"],
                "rate": ["3.45"],
                "mail": ["无"],
                "severity": ["B"],
                "levels": ["B"],
                "position": ["x"],
                "said": ["有\x00"],
            }
        )
    ).errors

    assert empty["text"] == ["请填写部位。"]
    assert empty["severity"] == ["请选择严重程度。"]
    assert empty["paper"] == ["请选择检测报告。"]
    assert empty["agreed"] == ["请勾选“已核对”。"]
    assert empty["position"] == bad["position"] == ["页面上的数据不完整或已经过期，请刷新页面后重新填写。"]
    assert empty["said"] == ["请写明理由。"]
    assert bad["text"] == ["部位不超过 3 字，现有 4 字，请精简。"]
    assert bad["day"] == ["期限应写成 2023-10-12 的形式，且是真实的日期。"]
    assert bad["clock"] == ["免打扰开始应写成 22:00 的形式，且是真实的时间。"]
    assert bad["moment"] == ["进场时间应写成 2023-10-12 09:30 的形式，且是真实的时间。"]
    assert bad["count"] == ["批次不能大于 9，请核对。"]
    assert "含水率(％)最多 1 位小数，请核对。" in bad["rate"]
    assert bad["mail"] == ["电子邮箱应写成 name@example.gov.cn 的形式。"]
    assert bad["severity"] == ["所选的严重程度不在可选范围，请重新选择。"]
    assert bad["levels"] == ["所选的抽取范围不在可选范围，请重新选择。"]
    assert bad["said"] == ["理由中有看不见的字符，请删除后重新填写。"]


def test_a_part_of_a_field_is_named_by_the_whole():
    span = DateRangeField(label="发现日期", required=False)
    give_sentences(span)

    with pytest.raises(forms.ValidationError, match="发现日期应写成 2023-10-12 的形式"):
        span.clean(["上月", ""])
