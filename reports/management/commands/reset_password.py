"""`reset_password USERNAME`: a one-time password for anybody, by the operator at the machine."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.passwords import one_time_password
from accounts.services import own_assignments, set_one_time_password
from audit.services import record
from tenancy.scope import city_scope


class Command(BaseCommand):
    """For the administrators whom no colleague may reset; written into the trail of each city where the person acts."""

    help = "为某人设置一次性密码（运维人员在服务器上办理），密码只显示一次。"

    def add_arguments(self, parser: CommandParser) -> None:
        """The account."""
        parser.add_argument("username", help="用户名")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        """Set it, note it, show it once."""
        user = User.objects.filter(username=options["username"].lower()).first()
        if user is None:
            raise CommandError(f"没有用户“{options['username']}”。")
        password = one_time_password()
        cities = {grant.city_id for grant in own_assignments(user)}
        if not cities:
            raise CommandError("该用户没有任何角色；请先由安全管理员授予角色，再重置密码。")
        at = timezone.now()
        set_one_time_password(user=user, password=password, at=at)
        for city_id in cities:
            with city_scope(city_id):
                record(
                    action="accounts.password.reset",
                    subject=user,
                    by="运维人员",
                    at=at,
                    city_id=city_id,
                    after={"user": user.username},
                )
        self.stdout.write(f"{user.username}  {password}  （首次登录须修改）")
