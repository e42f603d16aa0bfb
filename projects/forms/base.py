"""The form of a record of the register: grouped fields, filled from a row, refused field by field."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from django import forms

from core.forms import Form
from projects.models import Project
from projects.services.register.writing import RegisterRefused, fingerprint
from tenancy.models import TenantModel


class RegisterForm(Form):
    """Base. `groups` orders the fields under headings; `wide` names those that take the whole width."""

    groups: ClassVar[tuple[tuple[str, tuple[str, ...]], ...]] = ()
    wide: ClassVar[frozenset[str]] = frozenset()

    seen = forms.CharField(required=False, widget=forms.HiddenInput, max_length=16)

    def __init__(
        self, *args: Any, row: TenantModel | None = None, project: Project | None = None, **kwargs: Any
    ) -> None:
        self.row, self.project = row, project
        kwargs["initial"] = {**(self._initial(row) if row else {}), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        self.prepare()

    def prepare(self) -> None:
        """For subclasses: what needs a scope, such as choices."""

    @classmethod
    def fact_names(cls) -> list[str]:
        """The fields that are facts of the record."""
        return [name for name in cls.base_fields if name != "seen"]

    def _initial(self, row: TenantModel) -> dict[str, Any]:
        facts: dict[str, Any] = {name: getattr(row, name) for name in self.fact_names() if hasattr(row, name)}
        return {**facts, "seen": fingerprint(row, self.stored_names(row))}

    def stored_names(self, row: TenantModel) -> list[str]:
        """The facts that are columns of the row."""
        columns = {field.name for field in row._meta.concrete_fields}
        return [name for name in self.fact_names() if name in columns]

    @property
    def facts(self) -> dict[str, Any]:
        """What was filled in, for the service."""
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}

    @property
    def seen_before(self) -> str:
        """The fingerprint of what the reader saw."""
        return str(self.cleaned_data.get("seen") or "")

    def refuse(self, refusal: RegisterRefused) -> None:
        """Show each problem at its field; what has no field here is shown on top."""
        for problem in refusal.problems:
            self.add_error(problem.field if problem.field in self.fields else None, problem.sentence)

    def grouped(self) -> Iterator[tuple[str, list[tuple[forms.BoundField, str]]]]:
        """(heading, [(field, css)]) in order; without groups, everything under one empty heading."""
        groups = self.groups or (("", tuple(self.fact_names())),)
        for heading, names in groups:
            yield heading, [(self[name], "span" if name in self.wide else "") for name in names]
