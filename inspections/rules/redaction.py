"""公开前隐去: what names, telephones and numbers of persons look like to the public. Names of units stay."""

from __future__ import annotations

import re
from collections.abc import Iterable

_HIDDEN = "某"
_GONE = "［已隐去］"
_PATTERNS = (
    re.compile(r"(?<![0-9A-Za-z])\d{17}[\dXx](?![0-9A-Za-z])"),  # 身份证号码
    re.compile(
        r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d(?:[- ]?\d){8}(?!\d)"
    ),  # mobile telephones, also written in groups
    re.compile(r"(?<!\d)0\d{2,3}[-－ ]?\d{7,8}(?!\d)"),  # fixed telephones
    re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
)
_DOUBLE_SURNAMES = re.compile(
    "欧阳|司马|上官|诸葛|东方|皇甫|尉迟|公孙|慕容|令狐|长孙|宇文|司徒|司空|夏侯|轩辕|端木|百里|呼延|南宫"
)


def masked_name(name: str) -> str:
    """张三丰 → 张某某; a double surname stays whole; of a name with a dot or in letters only the first sign stays."""
    plain = name.strip()
    if not plain:
        return ""
    double = _DOUBLE_SURNAMES.match(plain)
    surname = double[0] if double and len(plain) > 2 else plain[0]
    return surname + _HIDDEN * max(1, min(2, len(plain) - len(surname)))


def redacted(text: str, names: Iterable[str]) -> str:
    """The text with the known persons' names masked, and telephones, identity numbers and addresses of mail gone."""
    for name in sorted({one.strip() for one in names if len(one.strip()) > 1}, key=len, reverse=True):
        text = text.replace(name, masked_name(name))
    for pattern in _PATTERNS:
        text = pattern.sub(_GONE, text)
    return text
