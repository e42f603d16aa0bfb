"""Sign-in and password forms."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.utils import timezone

from accounts.models import User
from accounts.roles import ORGANIZATION_ROLES, Role
from core.errors import DomainError
from core.forms import Form, PlainSpoken
from core.uscc import parse_uscc
from tenancy.models import Jurisdiction


class SignInForm(PlainSpoken, AuthenticationForm):
    """User name and password; one message for both mistakes."""

    error_messages = {
        "invalid_login": "用户名或密码不正确。连续输错 5 次，该账户将锁定 15 分钟。",
        "inactive": "用户名或密码不正确。连续输错 5 次，该账户将锁定 15 分钟。",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = "用户名"
        self.fields["password"].label = "密码"

    def confirm_login_allowed(self, user: Any) -> None:
        """Disabled and expired accounts get the message of a wrong password."""
        super().confirm_login_allowed(user)
        if user.is_expired(timezone.localdate()):
            raise self.get_invalid_login_error()

    def clean_username(self) -> str:
        """Names are stored in lower case."""
        return str(self.cleaned_data["username"]).strip().lower()


class ChangePasswordForm(Form):
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


class NewPersonForm(Form):
    """An account for somebody who has none; the first password is made, not typed."""

    username = forms.RegexField(
        label="用户名",
        regex=r"^[a-z0-9][a-z0-9._-]{2,39}$",
        help_text="3 至 40 位小写字母、数字、点、横线或下划线，以字母或数字开头；建好后不能更改。",
        error_messages={"invalid": "用户名只能用小写字母、数字、点、横线和下划线，3 至 40 位。"},
    )
    display_name = forms.CharField(label="姓名", max_length=60)
    valid_until = forms.DateField(
        label="账户有效期至", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def clean_username(self) -> str:
        """Names are unique without case."""
        username = str(self.cleaned_data["username"])
        if User.objects.filter(username__iexact=username).exists():
            raise forms.ValidationError("这个用户名已经有人使用，请换一个。")
        return username


class GrantForm(Form):
    """A role in a jurisdiction; units also need their credit code."""

    role = forms.ChoiceField(label="角色", choices=Role.choices)
    jurisdiction: forms.ModelChoiceField[Jurisdiction] = forms.ModelChoiceField(
        label="行政区划",
        queryset=None,
        empty_label=None,
        help_text="市局角色选市，县局角色选县（市、区）。",
    )
    organization_uscc = forms.CharField(
        label="所属单位信用代码", required=False, max_length=30, help_text="仅项目法人、参建单位角色填写。"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Not at import: a tenant's rows need a scope.
        cast(
            "forms.ModelChoiceField[Jurisdiction]", self.fields["jurisdiction"]
        ).queryset = Jurisdiction.objects.all()

    def clean_organization_uscc(self) -> str:
        """A valid code or nothing."""
        text = str(self.cleaned_data["organization_uscc"]).strip()
        if not text:
            return ""
        try:
            return parse_uscc(text)
        except DomainError as error:
            raise forms.ValidationError(str(error)) from error

    def clean(self) -> dict[str, Any]:
        """The code belongs to units, and only to them."""
        cleaned = super().clean() or {}
        is_unit = cleaned.get("role") in ORGANIZATION_ROLES
        if "organization_uscc" in cleaned and is_unit != bool(cleaned["organization_uscc"]):
            sentence = (
                "这个角色须填所属单位信用代码。" if is_unit else "只有项目法人、参建单位角色填信用代码。"
            )
            self.add_error("organization_uscc", sentence)
        return cleaned
