"""Pages of 台账导入: what is refused at once, what the job answers, what comes back, what can be undone."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from projects.models import Project
from reports.enums import BatchState
from reports.ledger.batches import process_batch
from reports.ledger.exporting import export_workbook
from reports.ledger.workbook import template
from reports.models import ExportFile, ImportBatch
from reports.services.ledger_files import KEPT, keep_export
from tenancy.enums import JobState
from tenancy.models import City, Job
from tenancy.scope import city_scope
from tests import factories
from tests.cast import AT, client_of, person
from tests.pages import assert_no_formula, assert_no_inline_code, queries, queries_after

SignIn = Callable[..., Client]
LIST = reverse("reports:batch-list")
UPLOAD = reverse("reports:ledger-upload")


def upload(client: Client, data: bytes, name: str = "台账.xlsx", **options: str) -> Any:
    return client.post(UPLOAD, {"workbook": SimpleUploadedFile(name, data), **options})


def page(batch: ImportBatch) -> str:
    return reverse("reports:batch-detail", args=[batch.pk])


def process(city: City) -> ImportBatch:
    """What the worker would do with the newest upload."""
    with city_scope(city.id):
        batch = ImportBatch.objects.get(state=BatchState.UPLOADED)
        return process_batch(batch_id=batch.pk, by="测试", at=AT)


def ledger_with_a_project(city: City) -> bytes:
    """A ledger of one project, taken from a city and removed from it again."""
    with city_scope(city.id):
        project = factories.project(name="台账里的工程")
        data = export_workbook()
        legal_person = project.legal_person
        project.delete()
        legal_person.delete()
    return data


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        pytest.param("台账.xls", b"x", "另存为", id="the old format"),
        pytest.param("台账.docx", b"x", "不是台账文件", id="another kind of file"),
        pytest.param("台账.xlsx", b"", "空文件", id="an empty file"),
    ],
)
def test_what_can_be_said_at_once_is_said_at_once(
    name: str, data: bytes, sentence: str, sign_in: SignIn
) -> None:
    answer = upload(sign_in(Role.BUREAU_CHIEF), data, name)

    assert answer.status_code == 422
    assert sentence in answer.text


def test_too_large_a_file_is_refused_with_its_size(sign_in: SignIn, settings: Any) -> None:
    settings.LEDGER_MAX_UPLOAD_BYTES = 2 * 1024 * 1024

    answer = upload(sign_in(Role.BUREAU_CHIEF), b"x" * (3 * 1024 * 1024))

    assert "有 3.0 MB，超过 2 MB 的上限" in answer.text


def test_nothing_chosen_says_so(sign_in: SignIn) -> None:
    assert "请选择要上传的台账文件" in sign_in(Role.BUREAU_CHIEF).post(UPLOAD, {}).text


def test_upload_becomes_a_job_and_shows_its_progress(city: City, sign_in: SignIn) -> None:
    chief = sign_in(Role.BUREAU_CHIEF)

    answer = upload(chief, template())
    with city_scope(city.id):
        batch = ImportBatch.objects.get()
        job = Job.objects.get(kind="import_ledger")
    waiting = chief.get(answer["Location"])
    card = chief.get(reverse("reports:job-progress", args=[job.pk]))

    assert answer["Location"] == page(batch)
    assert job.key == str(batch.pk)
    assert 'hx-trigger="every 2s"' in waiting.text
    assert "刷新进度" in waiting.text, "without a script there is a link"
    assert "<html" not in card.text


def test_a_right_ledger_is_counted_and_can_be_undone(city: City, sign_in: SignIn) -> None:
    chief = sign_in(Role.BUREAU_CHIEF)
    upload(chief, ledger_with_a_project(city))
    batch = process(city)

    result = chief.get(page(batch))
    confirm = chief.get(reverse("reports:batch-undo", args=[batch.pk]))
    with city_scope(city.id):
        imported = Project.objects.filter(name="台账里的工程").exists()
    undone = chief.post(reverse("reports:batch-undo", args=[batch.pk]))
    with city_scope(city.id):
        left = Project.objects.filter(name="台账里的工程").exists()

    assert batch.state == BatchState.IMPORTED
    assert "已导入" in result.text
    assert "撤销这次导入写入的全部内容" in confirm.text
    assert imported
    assert undone.status_code == 302
    assert not left
    assert "已撤销" in chief.get(page(batch)).text


def test_what_was_built_on_cannot_be_undone_and_says_why(city: City, sign_in: SignIn) -> None:
    chief = sign_in(Role.BUREAU_CHIEF)
    upload(chief, ledger_with_a_project(city))
    batch = process(city)
    with city_scope(city.id):
        factories.finding(project=Project.objects.get(name="台账里的工程"))

    answer = chief.post(reverse("reports:batch-undo", args=[batch.pk]))

    assert answer.status_code == 409
    assert "这次导入不能撤销" in answer.text
    with city_scope(city.id):
        assert Project.objects.filter(name="台账里的工程").exists()


def test_wrong_cells_are_listed_and_come_back_marked(city: City, sign_in: SignIn) -> None:
    chief = sign_in(Role.BUREAU_CHIEF)
    book = openpyxl.load_workbook(io.BytesIO(ledger_with_a_project(city)))
    sheet = next(s for s in book if any(c.value == "台账里的工程" for row in s.iter_rows() for c in row))
    head = {c.value: c.column for row in sheet.iter_rows(max_row=4) for c in row if c.value}
    column = next(number for label, number in head.items() if "工程类别" in str(label))
    row = next(c.row for r in sheet.iter_rows() for c in r if c.value == "台账里的工程")
    sheet.cell(row=row, column=column, value="<b>登月</b>")
    out = io.BytesIO()
    book.save(out)
    upload(chief, out.getvalue())
    batch = process(city)

    text = chief.get(page(batch)).text
    marked = chief.get(reverse("reports:batch-marked", args=[batch.pk]))

    assert batch.state == BatchState.REFUSED
    assert "没有写入任何一行" in text
    assert "&lt;b&gt;登月&lt;/b&gt;" in text
    assert sheet.cell(row=row, column=column).coordinate in text
    back = openpyxl.load_workbook(io.BytesIO(marked.content))[sheet.title]
    assert back.cell(row=row, column=column).comment is not None


def test_dry_run_writes_nothing(city: City, sign_in: SignIn) -> None:
    chief = sign_in(Role.BUREAU_CHIEF)
    upload(chief, ledger_with_a_project(city), dry_run="on")
    batch = process(city)

    assert batch.state == BatchState.CHECKED
    assert "检查通过" in chief.get(page(batch)).text
    assert chief.get(reverse("reports:batch-undo", args=[batch.pk])).status_code == 404
    with city_scope(city.id):
        assert not Project.objects.filter(name="台账里的工程").exists()


def test_errors_come_in_pages_and_by_sheet(city: City, sign_in: SignIn) -> None:
    def error(sheet: str, row: int) -> dict[str, Any]:
        return {
            "sheet": sheet,
            "cell": f"A{row}",
            "header": "编号",
            "value": "?",
            "wrong": "错",
            "right": f"对{row}",
        }

    with city_scope(city.id):
        batch = factories.import_batch(
            state=BatchState.REFUSED,
            error_count=121,
            errors=[*[error("工程", row) for row in range(1, 121)], error("问题", 999)],
        )
    chief = sign_in(Role.BUREAU_CHIEF)

    first, third = chief.get(page(batch)).text, chief.get(page(batch), {"page": "3"}).text
    only = chief.get(page(batch), {"sheet": "问题"}).text
    beyond = chief.get(page(batch), {"page": "99", "sheet": "<script>"}).text

    assert "对50" in first
    assert "对51<" not in first
    assert "对999" in third
    assert "对999" in only
    assert "对1<" not in only
    assert "对999" in beyond
    assert "<script>" not in beyond


def test_only_the_bureau_imports_and_the_inspectorate_exports(city: City, sign_in: SignIn) -> None:
    reader = sign_in(Role.DISCIPLINE_INSPECTOR)

    assert sign_in(Role.COUNTY_REPORTER).get(LIST).status_code == 403
    assert reader.get(UPLOAD).status_code == 403
    assert "上传台账" not in reader.get(LIST).text
    assert "导出全市台账" in reader.get(LIST).text


def test_another_city_cannot_reach_a_batch_or_a_file(city: City, other_city: City) -> None:
    with city_scope(city.id):
        batch = factories.import_batch(state=BatchState.IMPORTED, marked_workbook=b"PK")
        file = factories.export_file()
    stranger = client_of(person(other_city, Role.BUREAU_CHIEF))

    for name in ("batch-detail", "batch-marked", "batch-undo"):
        assert stranger.get(reverse(f"reports:{name}", args=[batch.pk])).status_code == 404
    assert stranger.get(reverse("reports:export-download", args=[file.pk])).status_code == 404


def test_export_is_a_job_and_its_file_imports_again(city: City, sign_in: SignIn) -> None:
    with city_scope(city.id):
        project = factories.project()
    chief = sign_in(Role.BUREAU_CHIEF)

    started = chief.post(reverse("reports:export-start"))
    with city_scope(city.id):
        job = Job.objects.get(kind="export_ledger")
        file = keep_export(data=export_workbook(), by="测试", at=AT)
    shown = chief.get(LIST).text
    downloaded = chief.get(reverse("reports:export-download", args=[file.pk]))

    assert started["Location"] == LIST
    assert job.state == JobState.QUEUED
    assert "导出全市台账" in shown
    assert file.file_name in shown
    assert project.name.encode() not in downloaded.content, "a zip, not text"
    upload(chief, downloaded.content)
    assert process(city).state == BatchState.IMPORTED


def test_only_the_newest_exports_are_kept(city: City) -> None:
    with city_scope(city.id):
        files = [keep_export(data=b"PK", by="测试", at=AT) for _ in range(KEPT + 2)]
        kept = set(ExportFile.objects.values_list("pk", flat=True))

    assert kept == {file.pk for file in files[2:]}


def test_template_is_a_workbook_without_formulas(sign_in: SignIn) -> None:
    answer = sign_in(Role.BUREAU_CHIEF).get(reverse("reports:ledger-template"))
    first = openpyxl.load_workbook(io.BytesIO(answer.content)).sheetnames[0]

    assert_no_formula(answer, first)


def test_list_takes_a_fixed_number_of_queries(city: City, sign_in: SignIn) -> None:
    chief = sign_in(Role.BUREAU_CHIEF)
    with city_scope(city.id):
        batch = factories.import_batch(state=BatchState.REFUSED, error_count=1)
        factories.export_file()

    def more() -> None:
        factories.import_batch()
        factories.import_batch()
        factories.export_file()

    assert queries(chief, LIST) == queries_after(city, chief, LIST, more)
    assert_no_inline_code(chief.get(LIST))
    assert_no_inline_code(chief.get(UPLOAD))
    assert_no_inline_code(chief.get(page(batch)))


def test_uploads_are_found_by_state_uploader_and_day(city: City, sign_in: SignIn) -> None:
    with city_scope(city.id):
        factories.import_batch(file_name="甲的.xlsx", uploaded_by_name="甲")
        factories.import_batch(file_name="乙的.xlsx", uploaded_by_name="乙", state="IMPORTED")
    chief = sign_in(Role.BUREAU_CHIEF)

    def found(**filters: str) -> list[str]:
        text = chief.get(LIST, filters).text
        return [name for name in ("甲的.xlsx", "乙的.xlsx") if name in text]

    assert found(by="甲") == ["甲的.xlsx"]
    assert found(state="IMPORTED") == ["乙的.xlsx"]
    assert found(uploaded_after="2023-09-05", uploaded_before="2023-09-05") == ["甲的.xlsx", "乙的.xlsx"]
    assert found(uploaded_after="2023-09-06") == []
