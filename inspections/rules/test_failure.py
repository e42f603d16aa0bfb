"""What a failed supervisory test proposes."""

from __future__ import annotations

from inspections.enums import Severity, TestedObject


def proposed_severity(tested_object: str) -> tuple[Severity, str]:
    """The severity of the drafted finding and why: a finished structure weighs more than what can still be taken away.

    A proposal only: the person who confirms the finding decides.
    """
    if tested_object == TestedObject.WORKS_BODY:
        return Severity.GRAVE, "工程实体检测不合格，可能影响结构安全，建议定为严重；确认时可以调整。"
    label = TestedObject(tested_object).label
    return Severity.SERIOUS, f"{label}检测不合格，建议定为较重；确认时可以调整。"
