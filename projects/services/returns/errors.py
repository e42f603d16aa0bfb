"""What may be refused in the life of a return. Each sentence says what to do instead."""

from __future__ import annotations

from core.errors import DomainError


class ReturnLocked(DomainError):
    """The return, or this field of it, cannot be changed now."""


class UnknownReturnField(DomainError):
    """There is no such field, or no such project in this return."""


class WrongState(DomainError):
    """The act does not fit the return's state."""


class SamePerson(DomainError):
    """填报人, 审核人 and 受理人 are three different people."""


class ErrorsRemain(DomainError):
    """The draft has errors that stand in the way of submitting."""


class NothingNamed(DomainError):
    """A reason, a note or a choice is missing."""


class FieldConflict(DomainError):
    """Somebody else changed the field meanwhile. `stored_text` is what it holds now, `by_whom` who wrote it."""

    def __init__(self, sentence: str, *, stored_text: str, by_whom: str) -> None:
        super().__init__(sentence)
        self.stored_text = stored_text
        self.by_whom = by_whom
