"""What the services of this app share: its refusals, and the verbs of `tenancy.writing`."""

from __future__ import annotations

from core.errors import DomainError
from tenancy.writing import WrongState, locked, name_of, need_state, plain, write

__all__ = ["GuidanceRefused", "WrongState", "locked", "name_of", "need_state", "plain", "said", "write"]


class GuidanceRefused(DomainError):
    """The act lacks something that it must say, or says what cannot be."""


def said(text: str, sentence: str) -> str:
    """The text without space around it; refused with the sentence when there is none."""
    if not text.strip():
        raise GuidanceRefused(sentence)
    return text.replace("\r\n", "\n").strip()
