"""Commands about one city."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.errors import DomainError
from tenancy.scope import city_scope
from tenancy.selectors import city_by


class CityCommand(BaseCommand):
    """Names its city first and works in its scope; a refusal or a file that cannot be read ends it with one sentence."""

    def add_arguments(self, parser: CommandParser) -> None:
        """The city; what else the command takes follows it."""
        parser.add_argument("city", help="城市标识或代码")

    def handle(self, *args: Any, **options: Any) -> None:
        """Work, or say what is wrong."""
        try:
            with city_scope(city_by(options["city"]).id):
                self.work(**options)
        except DomainError as refusal:
            raise CommandError(str(refusal)) from refusal
        except OSError as fault:
            raise CommandError(f"读不到文件 {fault.filename}：{fault.strerror}。") from fault
        except UnicodeDecodeError as fault:
            raise CommandError("文件不是 UTF-8 编码，无法读取。") from fault

    def work(self, **options: Any) -> None:
        """What the command does in the city's scope."""
        raise NotImplementedError
