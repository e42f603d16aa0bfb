"""What can be wrong with a rubric (评分细则) or with the facts of a month."""

from core.errors import DomainError


class RubricError(DomainError):
    """The rubric is wrong at `place`, a path such as `categories[C].items[C1].rule.full_at`."""

    def __init__(self, place: str, problem: str) -> None:
        super().__init__(f"评分细则 {place}：{problem}")
        self.place = place
        self.problem = problem


class FactError(DomainError):
    """The fact `name` has a value that the rubric cannot use."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"事实 {name}：{problem}")
        self.name = name


class UnknownFact(FactError):
    """No rule, bonus, penalty or red line of the rubric asks for this fact.

    Evidence under an unknown clause must not vanish: a misspelt `overdue_serious` would raise a score.
    """


class InvalidSheet(DomainError):
    """A duty-inspection sheet (履职检查评分表) does not fit the rubric's sheet."""


class UnknownSubjectFact(DomainError):
    """A condition asks for a name that the subject's facts do not carry."""
