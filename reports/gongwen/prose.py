"""The parts of a document that people write, kept apart from those that come from the snapshot."""

from collections.abc import Mapping
from dataclasses import dataclass

from core.errors import DomainError

LONGEST = 8000
"""Characters a section may have; some ten printed pages."""


class InvalidProse(DomainError):
    """An edited section is unknown, empty where text is needed, or too long."""


@dataclass(frozen=True, slots=True)
class Section:
    """One editable section: its key in the prose dict, its label on the page, and whether it may be empty."""

    key: str
    label: str
    is_optional: bool = False


def resolve(
    sections: tuple[Section, ...], defaults: Mapping[str, str], edited: Mapping[str, str]
) -> dict[str, str]:
    """Every section's text: the edited one where there is one, else the default."""
    known = {section.key: section for section in sections}
    for key in edited:
        if key not in known:
            raise InvalidProse(f"“{key}”不是本文件可以修改的部分。")
    texts = {key: edited.get(key, defaults[key]).replace("\r\n", "\n").replace("\r", "\n") for key in known}
    for key, text in texts.items():
        if not text.strip() and not known[key].is_optional:
            raise InvalidProse(f"“{known[key].label}”不能为空。")
        if len(text) > LONGEST:
            raise InvalidProse(f"“{known[key].label}”超过{LONGEST}字，请删减后重试。")
    return texts
