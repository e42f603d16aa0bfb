"""`manage.py score_facts RUBRIC.yaml FACTS.json`: scores two files without a database (scoring.md §6)."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError

from core.errors import DomainError
from scoring.rules.facts_file import score_file

EXIT_BAD_INPUT = 2


class Command(BaseCommand):
    """One JSON object per county; bad input: exit status 2 and one line on stderr that names the place."""

    help = "按评分细则对事实文件计分，每个县输出一个JSON对象；细则或事实有误时退出码为2。"
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("rubric", type=Path, metavar="RUBRIC.yaml")
        parser.add_argument("facts", type=Path, metavar="FACTS.json")
        parser.add_argument("--strict", action="store_true", help="评分细则没有使用的事实也算错误")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            scored = score_file(
                _text(options["rubric"]), _text(options["facts"]), strict=bool(options["strict"])
            )
        except DomainError as error:
            _stop(str(error), error)
        for note in scored.notes:
            self.stderr.write(note)
        for line in scored.lines:
            self.stdout.write(line)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        _stop(f"{path}：无法读取（{error.strerror}）。", error)
    except UnicodeDecodeError as error:
        _stop(f"{path}：第{error.start + 1}个字节起不是UTF-8文字。", error)


def _stop(sentence: str, cause: Exception) -> NoReturn:
    one_line = " ".join(sentence.split())
    raise CommandError(one_line, returncode=EXIT_BAD_INPUT) from cause
