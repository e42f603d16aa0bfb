"""`render_document ID --out FILE.pdf`: print an official document again."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.errors import DomainError
from reports.models import Document
from reports.services.documents import render_again
from tenancy.models import City
from tenancy.scope import city_scope


class Command(BaseCommand):
    """From the frozen content of an issued document, or a draft as it stands; the same input gives the same bytes."""

    help = "重新排版一份公文；已印发的与登记的摘要比对。"

    def add_arguments(self, parser: CommandParser) -> None:
        """The document's id, and where the PDF goes."""
        parser.add_argument("id", type=uuid.UUID, help="公文编号（页面地址中的编号）")
        parser.add_argument("--out", required=True, type=Path, help="输出文件")

    def handle(self, *args: Any, **options: Any) -> None:
        """Find it in whichever city it is, print, compare."""
        for city in City.objects.all():
            with city_scope(city.id):
                document = Document.objects.filter(pk=options["id"]).first()
                if document is not None:
                    self._print(document, options["out"])
                    return
        raise CommandError(f"没有公文“{options['id']}”。")

    def _print(self, document: Document, out: Path) -> None:
        try:
            artefact = render_again(document)
        except DomainError as refusal:
            raise CommandError(str(refusal)) from refusal
        out.write_bytes(artefact.pdf)
        self.stdout.write(f"{out}：{artefact.pages}页，SHA-256 {artefact.sha256}")
        if document.pdf_sha256 and artefact.sha256 != document.pdf_sha256:
            raise CommandError("与印发时登记的摘要不同：排版程序或字库的版本已变，存档文件为准。")
