"""Sign-in and password forms."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password

from accounts.models import User


class SignInForm(AuthenticationForm):
    """User name and password; one message for both mistakes."""

    error_messages = {
        "invalid_login": "用户名或密码不正确。连续输错 5 次，该账户将锁定 15 分钟。",
        "inactive": "用户名或密码不正确。连续输错 5 次，该账户将锁定 15 分钟。",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = "用户名"
        self.fields["password"].label = "密码"

    def clean_username(self) -> str:
        """Names are stored in lower case."""
        return str(self.cleaned_data["username"]).strip().lower()


class ChangePasswordForm(forms.Form):
    """Old password once, new one twice."""

    old_password = forms.CharField(
        label="当前密码", widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}), strip=False
    )
    new_password = forms.CharField(
        label="新密码", widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}), strip=False
    )
    repeated = forms.CharField(
        label="再输一次新密码",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        strip=False,
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["new_password"].help_text = " ".join(password_validators_help_texts())

    def clean_old_password(self) -> str:
        """Must be the present one."""
        old = str(self.cleaned_data["old_password"])
        if not self.user.check_password(old):
            raise forms.ValidationError("当前密码不正确。")
        return old

    def clean_new_password(self) -> str:
        """Must follow the policy."""
        new = str(self.cleaned_data["new_password"])
        validate_password(new, self.user)
        return new

    def clean(self) -> dict[str, Any]:
        """Both entries must agree."""
        cleaned = super().clean() or {}
        if cleaned.get("new_password") and cleaned.get("repeated") != cleaned["new_password"]:
            self.add_error("repeated", "两次输入的新密码不一致。")
        return cleaned
