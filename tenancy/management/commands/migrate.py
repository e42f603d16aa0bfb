"""`migrate`, always as the owner of the schema."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.core.management.commands.migrate import Command as MigrateCommand

from core.migration_state import one_model_at_a_time


class Command(MigrateCommand):
    """The application's own role may not change the schema, so the default alias is `owner`."""

    def add_arguments(self, parser: CommandParser) -> None:
        """Django's arguments with another default."""
        super().add_arguments(parser)
        parser.set_defaults(database="owner")

    def handle(self, *args: Any, **options: Any) -> None:
        """Refuse clearly when the owner's address is missing; build no more models than each step needs."""
        if options["database"] not in settings.DATABASES:
            raise CommandError("DATABASE_OWNER_URL is not set: migrations run as the owner of the schema.")
        with one_model_at_a_time():
            super().handle(*args, **options)
