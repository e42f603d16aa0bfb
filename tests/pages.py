"""What every page is asked."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import openpyxl
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tenancy.models import City
from tenancy.scope import city_scope

_INLINE = re.compile(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son[a-z]+=\"")
MAX_BYTES = 150_000


def queries(client: Client, url: str) -> int:
    """How many queries the page takes once everything is warm."""
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def queries_after(city: City, client: Client, url: str, act: Callable[[], object]) -> int:
    """The same after more rows were made in the city's scope."""
    with city_scope(city.id):
        act()
    return queries(client, url)


def assert_no_formula(answer: Any, sheet: str) -> list[object]:
    """The workbook of an export holds no live formula; returns the values of one sheet."""
    assert answer.status_code == 200
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert all(cell.data_type != "f" for page in book for row in page.iter_rows() for cell in row)
    return [cell.value for row in book[sheet].iter_rows() for cell in row]


def assert_no_inline_code(answer: Any) -> None:
    """Nothing that the content security policy would refuse, and a page of a decent size."""
    assert answer.status_code == 200
    assert not _INLINE.search(answer.text)
    assert len(answer.content) < MAX_BYTES
