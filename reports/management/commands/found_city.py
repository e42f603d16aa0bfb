"""`found_city FILE.yaml`: a new tenant, and its first system administrator with a password that is shown once."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from accounts.roles import Role
from accounts.services import create_user, grant_role
from core.errors import DomainError
from reports.services.founding import found_city
from tenancy.models import City, Jurisdiction
from tenancy.scope import city_scope

_FIRST = (
    (Role.SYSTEM_ADMIN, "system", "系统管理员"),
    (Role.SECURITY_ADMIN, "security", "安全管理员"),
    (Role.AUDIT_ADMIN, "audit", "审计管理员"),
)


class Command(BaseCommand):
    """The three administrators are three people; each must change the password at the first sign-in."""

    help = "建立一个市（租户）和三名管理员；初始密码只显示一次。"

    def add_arguments(self, parser: CommandParser) -> None:
        """A description as in reports/data/cities."""
        parser.add_argument("file", type=Path, help="城市描述文件（YAML）")

    def handle(self, *args: Any, **options: Any) -> None:
        """City and administrators, all or nothing."""
        try:
            with transaction.atomic():
                city = found_city(description=options["file"], by="命令行", at=timezone.now())
                shown = [self._administrator(city, *one) for one in _FIRST]
        except (DomainError, OSError, KeyError) as refusal:
            raise CommandError(f"没有建立：{refusal}") from refusal
        except ValidationError as refusal:
            raise CommandError("没有建立：" + "；".join(refusal.messages)) from refusal
        self.stdout.write(f"已建立{city.name}（{city.slug}）。初始密码只显示这一次：")
        for username, password, title in shown:
            self.stdout.write(f"  {title}  {username}  {password}")

    def _administrator(self, city: City, role: Role, name: str, title: str) -> tuple[str, str, str]:
        username, password = f"{city.slug}.{name}", f"{secrets.token_urlsafe(12)}-A1a"
        with city_scope(city.id):
            user = create_user(
                username=username,
                display_name=f"{city.name}{title}",
                password=password,
                by="命令行",
                at=timezone.now(),
            )
            root = Jurisdiction.objects.get(parent__isnull=True)
            grant_role(user=user, role=role, jurisdiction=root, by="命令行", at=timezone.now())
        return username, password, title
