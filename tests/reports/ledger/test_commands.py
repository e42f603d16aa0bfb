"""The operators' commands and the worker's job around the importer."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import openpyxl
import pytest
from django.core.management import CommandError, call_command

from core.errors import DomainError
from projects.models import Organization
from reports.enums import BatchState
from reports.ledger.batches import enqueue_import, receive_workbook
from reports.ledger.workbook import write_ledger
from tenancy.enums import JobState
from tenancy.jobs import run_job
from tenancy.models import City
from tenancy.scope import city_scope
from tests.cast import AT, county, make_city
from tests.reports.ledger.samples import only


def _run(*args: object) -> str:
    out = StringIO()
    call_command(*[str(arg) for arg in args], stdout=out, stderr=StringIO())
    return out.getvalue()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "台账.xlsx"
    path.write_bytes(write_ledger(only("organizations")))
    return path


@pytest.mark.parametrize("mark", ["mianyang", "510700"])
def test_import_and_export_by_slug_or_code(city: City, file: Path, tmp_path: Path, mark: str) -> None:
    assert "单位：新增4，修改0，无变化0" in _run("import_ledger", mark, file)
    assert "单位：新增0，修改0，无变化4" in _run("import_ledger", mark, file)

    exported = tmp_path / "out.xlsx"
    _run("export_ledger", mark, exported)

    assert openpyxl.load_workbook(exported)["单位"].max_row == 5


def test_dry_run_writes_no_records(city: City, file: Path) -> None:
    assert BatchState.CHECKED.label in _run("import_ledger", "mianyang", file, "--dry-run")

    with city_scope(city.id):
        assert Organization.objects.count() == 0


def test_errors_are_listed_and_marked_beside_the_file(city: City, file: Path) -> None:
    rows = only("organizations")
    rows["organizations"][0]["name"] = ""
    file.write_bytes(write_ledger(rows))
    out = StringIO()

    with pytest.raises(SystemExit) as left:
        call_command("import_ledger", "mianyang", str(file), stdout=out, stderr=StringIO())

    assert left.value.code == 1
    assert "单位\tB2\t单位名称\t\t必填项没有填写" in out.getvalue()
    marked = file.with_name("台账.错误标注.xlsx")
    assert openpyxl.load_workbook(marked)["单位"]["B2"].comment is not None


def test_unknown_city_and_missing_file_are_said(city: City, file: Path) -> None:
    with pytest.raises(CommandError, match="没有城市"):
        _run("import_ledger", "chengdu", file)
    with pytest.raises(CommandError, match="No such file"):
        _run("import_ledger", "mianyang", file.with_name("nichts.xlsx"))


def test_a_county_cannot_import(city: City, file: Path) -> None:
    place = county(city)

    with city_scope(city.id, county=place.id), pytest.raises(DomainError, match="市级"):
        receive_workbook(data=b"", file_name="a.xlsx", dry_run=False, by="测试", at=AT)


def test_the_worker_imports_once(fresh_database: str, file: Path) -> None:
    city = make_city()
    with city_scope(city.id):
        batch = receive_workbook(
            data=file.read_bytes(), file_name="../台账.xlsx", dry_run=False, by="测试", at=AT
        )
        job = enqueue_import(batch=batch, by="测试", at=AT)

    done = run_job(city.id, job.id)
    again = run_job(city.id, job.id)

    assert done is not None
    assert (done.state, done.result["state"], done.error) == (JobState.DONE, "IMPORTED", "")
    assert again is None
    with city_scope(city.id):
        batch.refresh_from_db()
        assert (batch.state, batch.file_name) == (BatchState.IMPORTED, "台账.xlsx")
        assert Organization.objects.count() == 4
