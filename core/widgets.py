"""Form controls that name their parts."""

from __future__ import annotations

from typing import Any

from django_filters.widgets import DateRangeWidget

PART_LABELS = {"after": "从", "before": "到"}


class DayRangeWidget(DateRangeWidget):
    """Two day pickers of a `DateFromToRangeFilter`, each with its own name for a screen reader."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs={"type": "date", **(attrs or {})})

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        for part, suffix in zip(context["widget"]["subwidgets"], self.suffixes, strict=True):
            part["attrs"]["aria-label"] = PART_LABELS[suffix]
        return context
