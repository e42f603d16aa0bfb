"""The command as a process sees it: streams and exit status (scoring.md §6)."""

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from scoring.management.commands.score_facts import Command
from tests.scoring.rules.builders import VECTOR

SHIPPED_PATH = Path(__file__).parents[2] / "scoring" / "data" / "rubric.yaml"


def write(folder, name, content):
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def run(rubric, facts, **options):
    out, err = io.StringIO(), io.StringIO()
    call_command("score_facts", str(rubric), str(facts), stdout=out, stderr=err, **options)
    return out.getvalue(), err.getvalue()


def facts_file(folder, facts=VECTOR):
    return write(folder, "facts.json", json.dumps({"county": "510722", "month": "2023-09", "facts": facts}))


def test_prints_one_object_without_a_database(tmp_path):
    out, err = run(SHIPPED_PATH, facts_file(tmp_path))

    assert out.count("\n") == 1
    assert json.loads(out)["final"] == "74.0"
    assert err == ""


def test_facts_that_nobody_asks_for_are_noted_on_standard_error(tmp_path):
    out, err = run(SHIPPED_PATH, facts_file(tmp_path, {**VECTOR, "typo": 1}))

    assert json.loads(out)["final"] == "74.0"
    assert err == "510722 2023-09：评分细则没有使用的事实已忽略：typo。\n"


@pytest.mark.parametrize(
    ("rubric", "facts", "sentence"),
    [
        ("meta: 1", "{}", "评分细则 顶层：缺少“categories”。"),
        ("a: [", "{}", "评分细则 第1行第5列"),
        (None, '{"county": "a", "month": "2023-09", "facts": {"overdue_grave": -1}}', "事实 overdue_grave"),
        (None, "[1", "事实文件第1行第3列：不是有效的JSON。"),
        (None, b"\xff\xfe", "facts.json：第1个字节起不是UTF-8文字。"),
    ],
)
def test_bad_input_is_exit_status_2_and_one_line(tmp_path, rubric, facts, sentence):
    rubric_path = SHIPPED_PATH if rubric is None else write(tmp_path, "rubric.yaml", rubric)

    with pytest.raises(CommandError) as caught:
        run(rubric_path, write(tmp_path, "facts.json", facts))

    assert caught.value.returncode == 2
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)


def test_missing_file_is_exit_status_2(tmp_path):
    with pytest.raises(CommandError, match="无法读取") as caught:
        run(tmp_path / "none.yaml", facts_file(tmp_path))

    assert caught.value.returncode == 2


def test_strict_refuses_unknown_facts_and_prints_nothing(tmp_path):
    with pytest.raises(CommandError, match="事实 typo"):
        run(SHIPPED_PATH, facts_file(tmp_path, {**VECTOR, "typo": 1}), strict=True)


def test_a_byte_order_mark_is_no_error(tmp_path):
    rubric = write(tmp_path, "rubric.yaml", b"\xef\xbb\xbf" + SHIPPED_PATH.read_bytes())

    assert json.loads(run(rubric, facts_file(tmp_path))[0])["grade"] == "C"


def test_needs_no_checks_and_no_migrations():
    assert Command.requires_system_checks == []
    assert Command.requires_migrations_checks is False
