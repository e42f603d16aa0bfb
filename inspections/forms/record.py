"""The record of an inspection as plain forms: each field is a leaf, each form a part, no script needed.

A field carries beside it the change that its author was shown (`base:<path>`). What was not changed is not sent, and
what somebody else changed meanwhile becomes a conflict instead of being written over.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.http import QueryDict

from core.forms import Form
from core.month import SHANGHAI
from core.text import as_uuid
from core.uuid7 import uuid7
from inspections.enums import Answer, FindingKind, Severity
from inspections.models import ChecklistItem, RecordOperation, RecordValue
from inspections.rules.measuring import parse_series
from inspections.rules.merge import Operation, same
from inspections.rules.record import BadPath, BadValue, check_value

_BLANK = ("", "—")
_VERDICTS = (("", "—"), (Answer.OK, "符合"), (Answer.PROBLEM, "不符合"))


@dataclass(frozen=True)
class Leaf:
    """How one leaf is asked for. kind: text, long, number, series, moment, day, choice, unit, flag."""

    name: str
    label: str
    kind: str = "text"
    choices: Sequence[tuple[str, str]] = ()
    hint: str = ""


@dataclass(frozen=True)
class Part:
    """A part of the record that is filled on one page. group "" = leaves that exist once, named group/leaf."""

    key: str
    title: str
    group: str
    leaves: Sequence[Leaf]
    row_name: str = ""


_REMOVED = Leaf("removed", "删去这一行", "flag")
HEADER = Part(
    "header",
    "到场与现场情况",
    "",
    (
        Leaf("header/entered_at", "到场时间", "moment"),
        Leaf("header/left_at", "离场时间", "moment"),
        Leaf("header/weather", "天气"),
        Leaf("header/progress", "形象进度", "long"),
    ),
)
ENDING = Part(
    "ending",
    "被检查单位意见",
    "",
    (
        Leaf("opinion/text", "被检查单位意见", "long"),
        Leaf("refusal/reason", "拒签情况", "long", hint="拒绝签字时填写"),
        Leaf("refusal/witness", "见证人", hint="拒绝签字时填写，写明单位和姓名"),
    ),
)
LIST_PARTS: tuple[Part, ...] = (
    Part(
        "measurements",
        "现场实测",
        "measurements",
        (
            Leaf("item", "实测项目"),
            Leaf("part", "部位"),
            Leaf("checklist_code", "对应清单项", "measured"),
            Leaf("design", "设计值", "number"),
            Leaf("tolerance", "允许偏差（±）", "number"),
            Leaf("unit", "单位"),
            Leaf("values", "实测值", "series", hint="用空格或逗号隔开"),
            Leaf("tool", "量测工具"),
            Leaf("conclusion", "结论", "choice", _VERDICTS),
            _REMOVED,
        ),
        "实测",
    ),
    Part(
        "parallel",
        "平行检测对比",
        "parallel",
        (
            Leaf("item", "检测项目"),
            Leaf("unit", "单位"),
            Leaf("own", "施工自检值", "series", hint="用空格或逗号隔开"),
            Leaf("supervised", "平行检测值", "series", hint="用空格或逗号隔开"),
            Leaf("allowed_percent", "允许相差（%）", "number"),
            Leaf("conclusion", "结论", "choice", _VERDICTS),
            _REMOVED,
        ),
        "对比",
    ),
    Part(
        "people",
        "在场人员",
        "people",
        (
            Leaf("name", "姓名"),
            Leaf("unit_id", "单位", "unit"),
            Leaf("unit", "其他单位名称"),
            Leaf("post", "职务"),
            Leaf("phone", "电话"),
            _REMOVED,
        ),
        "人员",
    ),
    Part(
        "documents",
        "查阅资料",
        "documents",
        (Leaf("name", "资料名称"), Leaf("note", "情况", "long"), _REMOVED),
        "资料",
    ),
    Part(
        "orders",
        "现场要求",
        "orders",
        (
            Leaf("text", "要求内容", "long"),
            Leaf("unit_id", "责任单位", "unit"),
            Leaf("term", "期限", "day"),
            _REMOVED,
        ),
        "要求",
    ),
    Part(
        "findings",
        "发现问题",
        "findings",
        (
            Leaf("catalogue_code", "问题清单编码", hint="可在“查问题清单”页按文字、拼音首字母或编码查找"),
            Leaf("checklist_code", "对应检查项", "problem"),
            Leaf("text", "问题描述", "long"),
            Leaf("part", "部位"),
            Leaf("unit_id", "责任单位", "unit"),
            Leaf("kind", "问题类型", "choice", (_BLANK, *FindingKind.choices)),
            Leaf("severity", "严重程度", "choice", (_BLANK, *Severity.choices)),
            Leaf("severity_reason", "定级说明", "long", hint="与建议的程度不同时必填"),
            Leaf("basis", "依据", "long"),
            _REMOVED,
        ),
        "问题",
    ),
)
_LIST_PARTS = {part.key: part for part in LIST_PARTS}


def part_of(key: str, items: Sequence[ChecklistItem]) -> Part | None:
    """The part that an address names: one of the fixed ones, or an aspect of the checklist."""
    fixed = {"header": HEADER, "ending": ENDING, **_LIST_PARTS}
    if key in fixed:
        return fixed[key]
    chosen = [item for item in items if item.aspect == key]
    if not chosen:
        return None
    return Part(key, chosen[0].get_aspect_display(), "answers", ())


@dataclass
class FieldRow:
    """Fields that belong together: a row of a list, an item of the checklist."""

    title: str
    note: str = ""
    basis: str = ""
    fields: list[Any] = field(default_factory=list)
    is_new: bool = False


@dataclass(frozen=True)
class RecordContext:
    """What the fields of one inspection offer. units, problems, measured: (value, label)."""

    units: Sequence[tuple[str, str]]
    items: Sequence[ChecklistItem]


class RecordForm(Form):
    """One part of a record. `operations()` after `is_valid()`: the changes that the author made."""

    def __init__(
        self,
        part: Part,
        values: Mapping[str, RecordValue],
        context: RecordContext,
        data: QueryDict | None = None,
    ) -> None:
        super().__init__(data)
        self.part, self.context = part, context
        self.rows: list[FieldRow] = []
        self._leaves: dict[str, Leaf] = {}
        for row, leaves in self._plan(values):
            for path, leaf in leaves:
                self._add(path, leaf, values.get(path))
                row.fields.append(self[path])
            self.rows.append(row)

    def _plan(self, values: Mapping[str, RecordValue]) -> list[tuple[FieldRow, list[tuple[str, Leaf]]]]:
        if not self.part.group:
            return [(FieldRow(""), [(leaf.name, leaf) for leaf in self.part.leaves])]
        if self.part.group == "answers":
            return [
                (
                    FieldRow(f"{item.code} {item.text}", item.how, item.basis),
                    [(f"answers/{item.code}/{leaf.name}", leaf) for leaf in _ANSWER_LEAVES],
                )
                for item in self.context.items
                if item.aspect == self.part.key
            ]
        return [
            (
                FieldRow(
                    f"{self.part.row_name} {number}" if not is_new else f"新增{self.part.row_name}",
                    is_new=is_new,
                ),
                [
                    (f"{self.part.group}/{key}/{leaf.name}", leaf)
                    for leaf in self.part.leaves
                    if not (is_new and leaf is _REMOVED)
                ],
            )
            for number, (key, is_new) in enumerate(self._keys(values), start=1)
        ]

    def _keys(self, values: Mapping[str, RecordValue]) -> list[tuple[str, bool]]:
        """The rows in order, and one new row: its key comes back with the form, so that a repeat is a repeat."""
        kept: dict[str, bool] = {}
        for path, row in values.items():
            group, _, rest = path.partition("/")
            if group == self.part.group:
                key, _, leaf = rest.partition("/")
                kept[key] = kept.get(key, False) or (leaf == "removed" and row.value is True)
        present = [key for key in sorted(kept) if not kept[key]]
        posted = self.data.get("new", "") if self.is_bound else ""
        self.new_key = str(as_uuid(posted) or uuid7())
        return [*((key, False) for key in present if key != self.new_key), (self.new_key, True)]

    def _add(self, path: str, leaf: Leaf, now: RecordValue | None) -> None:
        self._leaves[path] = leaf
        made = _FIELDS[leaf.kind](self, leaf)
        made.required = False
        made.help_text = leaf.hint
        made.initial = _shown(leaf, now.value if now else None)
        self.fields[path] = made
        self.fields[f"base:{path}"] = forms.CharField(
            required=False, widget=forms.HiddenInput, initial=str(now.operation_id) if now else ""
        )

    def hidden(self) -> list[Any]:
        """The bases."""
        return self.hidden_fields()

    def clean(self) -> dict[str, Any]:
        """Every leaf must be a value that may stand at its path."""
        cleaned: dict[str, Any] = super().clean() or {}
        for path, leaf in self._leaves.items():
            if path in cleaned:
                self._check(path, _value(leaf, cleaned[path]))
        return cleaned

    def _check(self, path: str, value: Any) -> None:
        try:
            check_value(path, value)
        except (BadPath, BadValue) as fault:
            self.add_error(path, self._leaves[path].label + str(fault).split("”", 1)[-1])

    def operations(self) -> list[Operation]:
        """A change for each leaf whose value is not the one that its author was shown."""
        bases = {path: as_uuid(self.cleaned_data.get(f"base:{path}", "")) for path in self._leaves}
        seen = dict(
            RecordOperation.objects.filter(pk__in=[base for base in bases.values() if base]).values_list(
                "pk", "value"
            )
        )
        found = []
        for path, leaf in self._leaves.items():
            value, base = _value(leaf, self.cleaned_data[path]), bases[path]
            if not same(value, _normal(leaf, seen.get(base) if base else None)):
                found.append(Operation(uuid7(), path, value, base))
        return found


_ANSWER_LEAVES = (
    Leaf("answer", "结论", "choice", (("", "未答"), *Answer.choices)),
    Leaf("reason", "不适用原因"),
    Leaf("note", "检查情况", "long"),
)


def _text(form: RecordForm, leaf: Leaf) -> forms.Field:
    return forms.CharField(label=leaf.label, max_length=500)


def _long(form: RecordForm, leaf: Leaf) -> forms.Field:
    return forms.CharField(label=leaf.label, max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


def _number(form: RecordForm, leaf: Leaf) -> forms.Field:
    return forms.CharField(
        label=leaf.label, max_length=24, widget=forms.TextInput(attrs={"inputmode": "decimal"})
    )


def _moment(form: RecordForm, leaf: Leaf) -> forms.Field:
    return forms.DateTimeField(
        label=leaf.label,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )


def _day(form: RecordForm, leaf: Leaf) -> forms.Field:
    return forms.DateField(
        label=leaf.label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


def _choice(form: RecordForm, leaf: Leaf) -> forms.Field:
    return forms.ChoiceField(label=leaf.label, choices=leaf.choices)


def _unit(form: RecordForm, leaf: Leaf) -> forms.Field:
    return forms.ChoiceField(label=leaf.label, choices=[_BLANK, *form.context.units])


def _items(form: RecordForm, leaf: Leaf) -> forms.Field:
    only_measured = leaf.kind == "measured"
    rows = [item for item in form.context.items if item.is_measured or not only_measured]
    choices = [(item.code, f"{item.code} {item.text[:30]}") for item in rows]
    return forms.ChoiceField(label=leaf.label, choices=[_BLANK, *choices])


def _flag(form: RecordForm, leaf: Leaf) -> forms.Field:
    return forms.BooleanField(label=leaf.label)


_FIELDS: dict[str, Callable[[RecordForm, Leaf], forms.Field]] = {
    "text": _text,
    "long": _long,
    "number": _number,
    "series": _long,
    "moment": _moment,
    "day": _day,
    "choice": _choice,
    "unit": _unit,
    "problem": _items,
    "measured": _items,
    "flag": _flag,
}


def _shown(leaf: Leaf, value: Any) -> Any:
    if leaf.kind == "series":
        return " ".join(value or ())
    if leaf.kind == "moment":
        return dt.datetime.fromisoformat(value).astimezone(SHANGHAI) if value else None
    if leaf.kind == "day":
        return dt.date.fromisoformat(value) if value else None
    return value


def _value(leaf: Leaf, cleaned: Any) -> Any:
    """What stands in the record; None for an empty field."""
    if cleaned in (None, "", False):
        return None
    if leaf.kind == "series":
        return parse_series(cleaned)
    if leaf.kind == "moment":
        return cleaned.astimezone(SHANGHAI).isoformat(timespec="minutes")
    if leaf.kind == "day":
        return cleaned.isoformat()
    return cleaned.replace("\r\n", "\n") if isinstance(cleaned, str) else cleaned


def _normal(leaf: Leaf, stored: Any) -> Any:
    """A stored value as this form would write it: a tablet notes seconds and keeps outer blanks."""
    if leaf.kind in ("series", "day"):
        return stored or None
    shown = _shown(leaf, stored)
    return _value(leaf, shown.strip() if isinstance(shown, str) else shown)


__all__ = ["ENDING", "HEADER", "LIST_PARTS", "Part", "RecordContext", "RecordForm", "part_of"]
