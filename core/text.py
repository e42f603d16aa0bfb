"""Text that came from outside: what is cleaned, what is refused.

Names and prose keep their characters; codes and numbers lose only their full-width forms. Characters
that a reader cannot see are refused everywhere: they make two equal-looking names differ, and bidi
controls make a printed line read otherwise than it is stored.
"""

import re
import unicodedata
import uuid
from decimal import Decimal

from core.errors import DomainError

_NUMBER = re.compile(r"[+-]?(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.[0-9]+)?")
_INTEGER = re.compile(r"[+-]?[0-9]+")
_MOST_DIGITS = 30
_MOST_QUOTED = 20
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")
_UNSEEN = {
    "Cc": "控制字符",
    "Cf": "不可见的格式字符",
    "Cs": "不完整的字符",
    "Co": "自造字",
    "Cn": "未定义的字符",
    "Zl": "行分隔符",
    "Zp": "段分隔符",
}


class UnsafeText(DomainError):
    """The text holds a character that cannot be seen or does not exist."""


class NotANumber(DomainError):
    """The text is not a plain decimal or whole number."""


def clean_text(text: str, *, multiline: bool = False) -> str:
    """Composed (NFC) text without outer blanks; raises `UnsafeText` for characters that cannot be seen.

    Line ends become "\\n" and are allowed only where `multiline`; a tab is never allowed.
    """
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n")).strip()
    if text.isprintable():  # none of the categories below; blanks of other scripts take the long way
        return text
    for position, character in enumerate(text, start=1):
        if character == "\n" and multiline:
            continue
        kind = _UNSEEN.get(unicodedata.category(character))
        if kind is not None:
            raise UnsafeText(f"第{position}个字符（U+{ord(character):04X}）是{kind}，请删除后重新填写。")
    return text


def without_controls(text: str) -> str:
    """Control characters as blanks, for text that is kept as it came: the database takes no U+0000."""
    return _CONTROLS.sub(" ", text)


def half_width(text: str) -> str:
    """Full-width letters, digits, signs and blanks (ＡＢ１２－　) as ASCII.

    The NFKC form of exactly the characters whose compatibility tag is <wide>: whole NFKC would also
    turn 10² into 102 and ① into 1.
    """
    if text.isascii():
        return text
    return "".join(
        unicodedata.normalize("NFKC", character)
        if character == "\u3000" or unicodedata.decomposition(character).startswith("<wide>")
        else character
        for character in text
    )


def code_text(text: str) -> str:
    """A code (信用代码, 文号 parts, 证书号) in its stored form: half-width, upper case, no outer blanks."""
    return clean_text(half_width(text)).upper()


def as_uuid(text: str) -> uuid.UUID | None:
    """The key that an address or a form carries; None for a text that is none."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def quoted(text: str) -> str:
    """As much of a bad text as makes it known again, for the sentence that refuses it; a pasted page fills no screen."""
    bare = text.strip()
    return f"“{bare}”" if len(bare) <= _MOST_QUOTED else f"“{bare[:_MOST_QUOTED]}…”"


def parse_decimal(text: str) -> Decimal:
    """Exact value of "1234.50", "1,234.50" or the same in full width; no exponent, no unit, no NaN."""
    plain = clean_text(half_width(text))
    if _NUMBER.fullmatch(plain) is None:
        raise NotANumber(f"{quoted(text)}不是数字，应写成“1234.50”的形式。")
    return Decimal(plain.replace(",", ""))


def parse_integer(text: str) -> int:
    """Exact value of a whole number, half or full width, without thousands separators."""
    plain = clean_text(half_width(text))
    if _INTEGER.fullmatch(plain) is None:
        raise NotANumber(f"{quoted(text)}不是整数。")
    if len(plain) > _MOST_DIGITS:  # nothing that is counted; Python refuses to convert thousands of digits
        raise NotANumber(f"整数最多{_MOST_DIGITS}位，现有{len(plain)}位，请核对。")
    return int(plain)
