"""Telephone numbers: mainland mobiles, and landlines with area code and optional extension."""

import re

from core.errors import DomainError
from core.text import code_text

_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_LANDLINE = re.compile(r"(010|02[0-9]|0[3-9][0-9]{2})-?([2-8][0-9]{6,7})(?:(?:-|转|EXT\.?)([0-9]{1,6}))?")
_SHOWN_TAIL = 4


class InvalidPhone(DomainError):
    """Neither a mobile number nor a landline number."""


def parse_phone(text: str) -> str:
    """Stored form: "13812345678", "0816-2345678" or "0816-2345678-801"."""
    number = re.sub(r"\s", "", code_text(text))
    if number.startswith("+86"):
        number = number.removeprefix("+86").removeprefix("-")
    if _MOBILE.fullmatch(number.replace("-", "")):
        return number.replace("-", "")
    landline = _LANDLINE.fullmatch(number)
    if landline is None:
        raise InvalidPhone(
            "电话号码应为11位手机号，或带区号的固定电话，例如“0816-2345678”，分机号写成“-801”。"
        )
    return "-".join(part for part in landline.groups() if part)


def mask_phone(number: str) -> str:
    """ "138****5678", "0816-***5678": head and last four digits stay; an extension is hidden."""
    head, _, rest = number.partition("-")
    if not rest:
        return _masked(number, keep_head=3)
    local = rest.partition("-")[0]
    return f"{head}-{_masked(local, keep_head=0)}"


def _masked(digits: str, *, keep_head: int) -> str:
    hidden = len(digits) - keep_head - _SHOWN_TAIL
    if hidden < 1:
        return "*" * len(digits)
    return digits[:keep_head] + "*" * hidden + digits[-_SHOWN_TAIL:]
