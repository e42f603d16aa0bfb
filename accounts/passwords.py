"""The two password rules that Django does not ship (等保 8.1.4.1 a)."""

from __future__ import annotations

import re
import secrets
from typing import Any

from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError

_CLASSES = (r"[a-z]", r"[A-Z]", r"[0-9]", r"[^A-Za-z0-9]")

_PLAIN = "23456789abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without characters that read like others when somebody copies them from a sheet of paper."""


def one_time_password() -> str:
    """A random password for the first sign-in, in groups of four: satisfies every rule of the policy."""
    letters = [secrets.choice(_PLAIN[8:31]), secrets.choice(_PLAIN[31:]), secrets.choice(_PLAIN[:8])]
    letters += [secrets.choice(_PLAIN) for _ in range(9)]
    secrets.SystemRandom().shuffle(letters)
    return "-".join("".join(letters[i : i + 4]) for i in (0, 4, 8))


class CharacterClassesValidator:
    """At least `classes` of: lower-case letters, upper-case letters, digits, other characters."""

    def __init__(self, classes: int) -> None:
        self.classes = classes

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError with what is missing."""
        if sum(bool(re.search(pattern, password)) for pattern in _CLASSES) < self.classes:
            raise ValidationError(self.get_help_text(), code="password_too_simple")

    def get_help_text(self) -> str:
        """The rule in words."""
        return f"密码须包含小写字母、大写字母、数字、其他字符中的至少{self.classes}类。"


class NotReusedValidator:
    """None of the last `history` passwords, the present one included."""

    def __init__(self, history: int) -> None:
        self.history = history

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError when the password was used lately."""
        if user is None or not user.pk:
            return
        former = list(user.password_records.values_list("encoded", flat=True)[: self.history])
        if any(check_password(password, encoded) for encoded in [user.password, *former] if encoded):
            raise ValidationError(self.get_help_text(), code="password_reused")

    def get_help_text(self) -> str:
        """The rule in words."""
        return f"新密码不得与最近{self.history}次用过的密码相同。"
