"""公民身份号码 (resident identity number), GB 11643-1999. Store it encrypted, show it masked."""

import datetime as dt
import re

from core.errors import DomainError
from core.text import code_text

_SHAPE = re.compile(r"[1-9][0-9]{5}(19|20)[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9X]")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_SHOWN_HEAD, _SHOWN_TAIL = 3, 4


class InvalidIdNumber(DomainError):
    """Not an identity number. The sentence never repeats the number: it may end in a log."""


def check_character(first_17: str) -> str:
    """The 18th character (ISO 7064 MOD 11-2)."""
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, first_17, strict=True))
    return _CHECKS[total % len(_CHECKS)]


def parse_id_number(text: str) -> str:
    """The number in its stored form (half-width, upper-case X): shape, birthday and check digit are right."""
    number = code_text(text)
    if _SHAPE.fullmatch(number) is None:
        raise InvalidIdNumber("身份证号码应为18位：前17位为数字，第7至14位为出生日期，第18位为数字或X。")
    try:
        dt.date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError as error:
        raise InvalidIdNumber("身份证号码第7至14位不是真实的日期。") from error
    if number[-1] != check_character(number[:-1]):
        raise InvalidIdNumber("身份证号码校验不通过，请核对全部18位。")
    return number


def mask_id_number(number: str) -> str:
    """ "510***********1234": what may be shown without a logged reveal. Short text is masked wholly."""
    hidden = len(number) - _SHOWN_HEAD - _SHOWN_TAIL
    if hidden < _SHOWN_HEAD + _SHOWN_TAIL:
        return "*" * len(number)
    return number[:_SHOWN_HEAD] + "*" * hidden + number[-_SHOWN_TAIL:]
