"""统一社会信用代码 (unified social credit code), GB 32100-2015.

Layout: 1 管理部门 + 1 机构类别 + 6 行政区划 + 9 主体标识码 (itself checked by GB 11714) + 1 check character.
"""

import re

from core.errors import DomainError
from core.text import code_text

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""The 31 characters of the standard; I, O, S, V and Z are left out because they read like others."""

LENGTH = 18
_BASE = len(ALPHABET)
_WEIGHTS = tuple(pow(3, position, _BASE) for position in range(LENGTH - 1))
_FORBIDDEN_HINTS = {"I": "数字1", "O": "数字0", "S": "数字5", "V": "字母U或Y", "Z": "数字2"}
_SHAPE = re.compile(rf"[{ALPHABET}]{{2}}[0-9]{{6}}[{ALPHABET}]{{10}}")

_BODY_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_BODY_BASE = 11
FICTITIOUS_PREFIX = "TEMP"
"""Bodies (主体标识码) of made-up units start so; the registry hands out no such body."""
FICTITIOUS_COUNT = _BASE**4


class InvalidUscc(DomainError):
    """Not a credit code; the sentence says what is wrong and, where it can, what would be right."""


def check_character(first_17: str) -> str:
    """The 18th character: weights 3^i mod 31 (GB 32100 §4.2)."""
    total = sum(
        weight * ALPHABET.index(character) for weight, character in zip(_WEIGHTS, first_17, strict=True)
    )
    return ALPHABET[-total % _BASE]


def parse_uscc(text: str) -> str:
    """The code in its stored form (half-width, upper case, inner blanks and hyphens removed), checked."""
    code = re.sub(r"[\s-]", "", code_text(text))
    _refuse_forbidden_letters(code)
    if len(code) != LENGTH:
        raise InvalidUscc(f"统一社会信用代码应为{LENGTH}位，现为{len(code)}位。")
    if _SHAPE.fullmatch(code) is None:
        raise InvalidUscc("统一社会信用代码只能由数字和大写字母组成，第3至8位（行政区划）应为数字。")
    expected = check_character(code[:-1])
    if code[-1] != expected:
        raise InvalidUscc(
            f"统一社会信用代码校验不通过：按前17位计算，第18位应为“{expected}”，现为“{code[-1]}”，请核对全部18位。"
        )
    return code


def _refuse_forbidden_letters(code: str) -> None:
    for position, character in enumerate(code, start=1):
        if character in _FORBIDDEN_HINTS:
            raise InvalidUscc(
                f"统一社会信用代码不使用字母I、O、S、V、Z：第{position}位的“{character}”"
                f"可能是{_FORBIDDEN_HINTS[character]}。"
            )


def body_check_character(first_8: str) -> str:
    """The 9th character of the 主体标识码 (GB 11714 §4): modulus 11, ten is X."""
    values = [int(character, 36) for character in first_8]
    total = sum(weight * value for weight, value in zip(_BODY_WEIGHTS, values, strict=True))
    return "0123456789X"[-total % _BODY_BASE]


def fictitious_uscc(serial: int, *, division: str = "510700", kind: str = "91") -> str:
    """A code that passes every check and belongs to nobody, for demo data and tests.

    `serial` 0…FICTITIOUS_COUNT-1 makes the code; `kind` 91 = firm, 11 = government organ, 12 = 事业单位.
    """
    if not 0 <= serial < FICTITIOUS_COUNT:
        raise ValueError(f"serial must be in 0…{FICTITIOUS_COUNT - 1}")
    digits = ""
    for _ in range(4):
        serial, digit = divmod(serial, _BASE)
        digits = ALPHABET[digit] + digits
    body = FICTITIOUS_PREFIX + digits
    first_17 = kind + division + body + body_check_character(body)
    return first_17 + check_character(first_17)


def is_fictitious(code: str) -> bool:
    """Whether a code was made by `fictitious_uscc`."""
    return code[8 : 8 + len(FICTITIOUS_PREFIX)] == FICTITIOUS_PREFIX
