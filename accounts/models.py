"""People and the roles they hold in jurisdictions."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from accounts.roles import ORGANIZATION_ROLES, Capability, Family, Role, may
from core.kept_query import KeptQuery, Slot
from core.uuid7 import uuid7
from tenancy.models import Jurisdiction, TenantForeignKey, TenantModel


class UserManager(BaseUserManager["User"]):
    """Accounts are made by `accounts.services.create_user`; this only finds them."""

    def get_by_natural_key(self, username: str | None) -> User:
        """Sign-in names are compared without case."""
        return self.get(username__iexact=username)

    def get(self, *args: Any, **kwargs: Any) -> User:
        """By `pk` alone, as Django's authentication asks with every request, by a statement that is kept."""
        if args or kwargs.keys() != {"pk"} or self._db is not None:
            return super().get(*args, **kwargs)
        for user in _BY_KEY.rows(key=User._meta.pk.to_python(kwargs["pk"])):
            return user
        raise User.DoesNotExist


class User(AbstractBaseUser):
    """A person who can sign in. Global: one person may act in several jurisdictions, even of several cities."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    username = models.CharField("用户名", max_length=40, unique=True)
    display_name = models.CharField("姓名", max_length=60)
    name_initials = models.CharField("姓名拼音首字母", max_length=60, blank=True)
    is_active = models.BooleanField("启用", default=True)
    must_change_password = models.BooleanField("首次登录须改密码", default=True)
    password_changed_at = models.DateTimeField("密码修改时间", null=True, blank=True)
    created_at = models.DateTimeField("建立时间", auto_now_add=True)
    valid_until = models.DateField("账户有效期至", null=True, blank=True)
    large_text = models.BooleanField("大字版", default=False)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["display_name"]

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        ordering = ["username"]
        constraints = [
            models.UniqueConstraint(Lower("username"), name="accounts_username_without_case"),
            models.CheckConstraint(
                condition=Q(username__regex=r"^[a-z0-9][a-z0-9._-]{2,39}$"),
                name="accounts_username_characters",
            ),
        ]

    def __str__(self) -> str:
        return self.display_name

    def is_expired(self, today: dt.date) -> bool:
        """Whether the account's last day is over."""
        return self.valid_until is not None and self.valid_until < today

    def has_old_password(self, at: dt.datetime, max_age_days: int) -> bool:
        """Whether the password is older than the policy allows (等保 8.1.4.1 a)."""
        return self.password_changed_at is not None and at - self.password_changed_at > dt.timedelta(
            days=max_age_days
        )


_BY_KEY = KeptQuery(lambda: User._base_manager.filter(pk=Slot("key", models.UUIDField())).order_by())


class PasswordRecord(models.Model):
    """Former password hashes, so that none of the last five comes back (等保 8.1.4.1 a)."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="password_records")
    encoded = models.CharField(max_length=128)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.user_id} {self.created_at:%Y-%m-%d}"


class RoleAssignment(TenantModel):
    """One person holds one role in one jurisdiction, for a period."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="assignments", verbose_name="用户")
    role = models.CharField("角色", max_length=30, choices=Role.choices)
    family = models.PositiveSmallIntegerField("角色族", choices=Family.choices)
    jurisdiction = TenantForeignKey(Jurisdiction, models.PROTECT, verbose_name="行政区划")
    organization_uscc = models.CharField("所属单位信用代码", max_length=18, blank=True)
    granted_at = models.DateTimeField("授予时间")
    granted_by_name = models.CharField("授予人", max_length=60)
    ended_at = models.DateTimeField("终止时间", null=True, blank=True)

    class Meta:
        ordering = ["granted_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["city", "user", "role", "jurisdiction", "organization_uscc"],
                condition=Q(ended_at__isnull=True),
                name="accounts_one_active_grant",
            ),
            # 三员分立: no two active roles of different families for one person, in any city.
            ExclusionConstraint(
                name="accounts_families_exclude_each_other",
                expressions=[("user", "="), ("family", "<>")],
                condition=Q(ended_at__isnull=True),
            ),
            models.CheckConstraint(
                condition=Q(role="SYSTEM_ADMIN", family=Family.SYSTEM)
                | Q(role="SECURITY_ADMIN", family=Family.SECURITY)
                | Q(role="AUDIT_ADMIN", family=Family.AUDIT)
                | (
                    ~Q(role__in=["SYSTEM_ADMIN", "SECURITY_ADMIN", "AUDIT_ADMIN"]) & Q(family=Family.BUSINESS)
                ),
                name="accounts_family_follows_role",
            ),
            models.CheckConstraint(
                condition=(Q(role__in=sorted(ORGANIZATION_ROLES)) & ~Q(organization_uscc=""))
                | (~Q(role__in=sorted(ORGANIZATION_ROLES)) & Q(organization_uscc="")),
                name="accounts_organization_only_for_units",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user.display_name} {self.get_role_display()}"

    def allows(self, capability: Capability) -> bool:
        """Whether this role allows it."""
        return may(self.role, capability)


class SavedView(TenantModel):
    """A person's own name for a list's filters, order and columns. Only a query string: it opens nothing new."""

    ORGANIZATION_PATH = "*"

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="saved_views", verbose_name="用户")
    list_key = models.CharField("列表", max_length=40)
    title = models.CharField("名称", max_length=40)
    query = models.CharField("条件", max_length=1000, blank=True)

    class Meta:
        ordering = ["list_key", "title"]
        constraints = [
            models.UniqueConstraint(
                fields=["city", "user", "list_key", "title"], name="accounts_one_view_per_title"
            ),
            models.CheckConstraint(condition=~Q(title=""), name="accounts_view_has_a_title"),
        ]

    def __str__(self) -> str:
        return self.title
