"""The county's way through a workbook: up, put right on the page, previewed, written, taken back."""

from __future__ import annotations

import io
import json
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from audit.models import AuditEvent
from projects.services.returns.filling import change_field
from projects.services.returns.submitting import hand_over
from reports.ledger.marking import mark
from reports.models import ReturnUpload
from reports.returns.cells import shown
from reports.returns.layout import FIRST_ROW, LINES_TITLE
from reports.returns.uploads import process_upload
from tenancy.models import City, Job
from tenancy.scope import city_scope
from tests.cast import client_of, person
from tests.pages import assert_no_inline_code, queries
from tests.projects.open_month import OpenMonth, open_month
from tests.reports.returns.books import AT, address, edited, template_of, typed

LINES = 4


@pytest.fixture
def opened(city: City) -> OpenMonth:
    return open_month(city, LINES)


def book(opened: OpenMonth, cells: dict[tuple[int, str], Any]) -> bytes:
    with city_scope(opened.city.id):
        return typed(template_of(opened), cells)


def upload(client: Client, opened: OpenMonth, data: bytes, name: str = "九月.xlsx") -> Any:
    url = reverse("reports:return-upload", args=[opened.return_.pk])
    return client.post(url, {"workbook": SimpleUploadedFile(name, data)})


def process(opened: OpenMonth) -> ReturnUpload:
    """What the worker would do with the newest upload."""
    with city_scope(opened.city.id):
        waiting = ReturnUpload.objects.get(state="UPLOADED")
        return process_upload(upload_id=waiting.pk, at=AT)


def act(client: Client, one: ReturnUpload, name: str, **data: Any) -> Any:
    return client.post(reverse(f"reports:return-upload-{name}", args=[one.pk]), data)


def detail(client: Client, one: ReturnUpload) -> Any:
    return client.get(reverse("reports:return-upload-detail", args=[one.pk]))


def digest_of(text: str) -> str:
    return text.split('name="digest" value="')[1].split('"')[0]


def row_of(opened: OpenMonth, index: int) -> int:
    """The row of the template in which a project stands."""
    with city_scope(opened.city.id):
        page = openpyxl.load_workbook(io.BytesIO(template_of(opened)))[LINES_TITLE]
    code = opened.projects[index].code
    return next(cell.row for cell in page["A"] if cell.value == code)


def test_from_errors_to_the_draft_and_back(opened: OpenMonth) -> None:
    client = opened.client
    rows = [row_of(opened, index) for index in range(3)]
    data = book(
        opened,
        {
            (rows[0], "award_price_wan_yuan"): "3862.5万",
            (rows[1], "progress_percent"): 61,
            (rows[2], "progress_percent"): 30,
            (0, "trainings"): 2,
        },
    )

    upload(client, opened, data)
    with city_scope(opened.city.id):
        job = Job.objects.get(kind="read_return_workbook")
        waiting = ReturnUpload.objects.get()
    assert job.key == str(waiting.pk)
    assert 'hx-trigger="every 2s"' in detail(client, waiting).text
    one = process(opened)
    page = detail(client, one)

    assert_no_inline_code(page)
    assert "有 2 处需要修改，其余 2 行已读入" in page.text
    assert f'name="r{rows[0]}-award_price_wan_yuan"' in page.text
    assert 'value="3862.5万"' in page.text
    assert "由上月的40减少为30" in page.text
    assert "将写入 2 处改动" in page.text
    assert opened.line(1).progress_percent == 40, "nothing is written before it is confirmed"

    marked = client.get(reverse("reports:return-upload-marked", args=[one.pk]))
    back = openpyxl.load_workbook(io.BytesIO(marked.content))
    assert "应当" in back[LINES_TITLE][address("award_price_wan_yuan", rows[0])].comment.text
    assert back.sheetnames[0] == "错误清单"

    act(client, one, "correct", **{f"r{rows[0]}-award_price_wan_yuan": "3862.5", "r9999-note": "x"})
    page = detail(client, one)
    assert "有 1 处需要修改" in page.text
    assert "将写入 3 处改动" in page.text
    with city_scope(opened.city.id):
        event = AuditEvent.objects.get(action="reports.return.correct")
    cell = {
        "row": rows[0],
        "field": "award_price_wan_yuan",
        "before": "3862.5万",
        "after": "3862.5",
    }
    kept = json.loads(event.payload)["after"]
    assert (kept["cells"], kept["dropped_rows"]) == ([cell], [])
    old = digest_of(page.text)
    reason = {f"r{rows[2]}-progress_percent": "30", f"r{rows[2]}-decrease_reason": "核减"}
    act(client, one, "correct", **reason)
    page = detail(client, one)
    assert "没有错误" in page.text
    assert "将写入 5 处改动" in page.text

    stale = act(client, one, "apply", digest=old)
    assert stale.status_code == 409
    assert "重新核对" in stale.text
    written = act(client, one, "apply", digest=digest_of(page.text))
    assert written.status_code == 302
    assert str(opened.line(0).award_price_wan_yuan) == "3862.50"
    assert (opened.line(2).progress_percent, opened.line(2).decrease_reason) == (30, "核减")
    assert act(client, one, "apply", digest="x").status_code == 409, "never twice"
    assert act(client, one, "correct").status_code == 409

    assert "恢复为原来的内容" in client.get(reverse("reports:return-upload-undo", args=[one.pk])).text
    assert act(client, one, "undo").status_code == 302
    assert opened.line(0).award_price_wan_yuan == 860
    assert (opened.line(2).progress_percent, opened.line(2).decrease_reason) == (40, "")
    assert "已撤销" in detail(client, one).text
    with city_scope(opened.city.id):
        told = set(
            AuditEvent.objects.filter(action__startswith="reports.return.").values_list("action", flat=True)
        )
    assert told == {f"reports.return.{name}" for name in ("upload", "correct", "apply", "undo")}


def test_undo_is_refused_when_somebody_changed_a_field_or_it_was_handed_over(opened: OpenMonth) -> None:
    client, row = opened.client, row_of(opened, 0)
    upload(client, opened, book(opened, {(row, "progress_percent"): 61, (row, "note"): "甲"}))
    one = process(opened)
    act(client, one, "apply", digest=digest_of(detail(client, one).text))
    with city_scope(opened.city.id):
        change_field(
            return_id=opened.return_.pk,
            project_id=opened.projects[0].pk,
            field="note",
            text="乙",
            seen="甲",
            by=opened.reporter,
            at=AT,
        )

    refused = act(client, one, "undo")

    assert refused.status_code == 409
    assert "“备注”写入后又改成了“乙”" in refused.text
    assert opened.line(0).progress_percent == 61
    with city_scope(opened.city.id):
        hand_over(return_id=opened.return_.pk, by=opened.reporter, at=AT)
    assert "送审" in act(client, one, "undo").text
    assert "现在不能上传" in client.get(reverse("reports:return-upload", args=[opened.return_.pk])).text
    locked = upload(client, opened, b"PK")
    assert (locked.status_code, "送审" in locked.text) == (422, True)


def test_doubles_are_decided_on_the_page(opened: OpenMonth) -> None:
    client = opened.client
    row = row_of(opened, 0)

    def twice(found: Any) -> None:
        page = found[LINES_TITLE]
        for column in range(1, page.max_column + 1):
            page.cell(row=FIRST_ROW + LINES, column=column).value = page.cell(row=row, column=column).value
        page[address("progress_percent", row)] = 70

    upload(client, opened, edited(book(opened, {}), twice))
    one = process(opened)
    assert "是同一工程" in detail(client, one).text

    act(client, one, "correct", drop=[str(FIRST_ROW + LINES)])

    page = detail(client, one)
    assert "是同一工程" not in page.text
    assert "将写入 1 处改动" in page.text


def test_wrong_files_are_refused_at_once_or_by_the_job(opened: OpenMonth) -> None:
    client = opened.client
    for name, data, sentence in (
        ("月报.xls", b"x", "另存为"),
        ("月报.pdf", b"x", "不是月报文件"),
        ("月报.xlsx", b"", "空文件"),
    ):
        answer = upload(client, opened, data, name)
        assert (answer.status_code, sentence in answer.text) == (422, True)
    upload(client, opened, mark(book(opened, {}), []).replace(b"PK", b"KP", 1))
    one = process(opened)

    text = detail(client, one).text

    assert one.state == "REFUSED"
    assert "月报没有改动" in text
    assert one.refusal in text
    assert client.get(reverse("reports:return-upload-marked", args=[one.pk])).status_code == 404


def test_strangers_and_others_stay_out(opened: OpenMonth, other_city: City) -> None:
    upload(opened.client, opened, book(opened, {}))
    one = process(opened)
    neighbour = client_of(person(opened.city, Role.COUNTY_REPORTER, where="平武县"))
    stranger = client_of(person(other_city, Role.COUNTY_REPORTER))
    pages = ("detail", "marked", "undo")
    urls = [reverse(f"reports:return-upload-{name}", args=[one.pk]) for name in pages]
    urls += [
        reverse(f"reports:{name}", args=[opened.return_.pk]) for name in ("return-upload", "return-template")
    ]

    for client in (neighbour, stranger):
        assert [client.get(url).status_code for url in urls] == [404] * len(urls)
        assert act(client, one, "apply", digest="x").status_code == 404
    assert opened.reviewing.get(urls[0]).status_code == 403


def test_queries_do_not_grow_with_the_errors(city: City) -> None:
    counts = []
    for lines, where in ((1, "北川县"), (6, "平武县")):
        opened = open_month(city, lines, where=where)
        cells = {(FIRST_ROW + n, "unit_count"): "五家" for n in range(lines)}
        client = opened.client
        upload(client, opened, book(opened, cells))
        one = process(opened)
        counts.append(queries(client, reverse("reports:return-upload-detail", args=[one.pk])))

    assert counts[0] == counts[1]


def test_numbers_without_end_and_control_characters_are_told_in_a_sentence(opened: OpenMonth) -> None:
    client, row = opened.client, row_of(opened, 0)
    name = f"r{row}-award_price_wan_yuan"
    upload(client, opened, book(opened, {(row, "award_price_wan_yuan"): "1" * 40}))
    one = process(opened)
    assert "应在0.01至999999999999.99之间" in detail(client, one).text

    assert act(client, one, "correct", **{name: "8\x006"}).status_code == 302
    page = detail(client, one).text
    assert "“8 6”不是数字" in page
    assert shown("8\x006\x1f") == "8 6"
