"""The demo city's year is a ledger like anybody's: taken without an error, given back whole."""

from __future__ import annotations

import pytest

from reports.demo.mianyang import SEED, make_mianyang
from reports.demo.workbook import make_workbook
from reports.ledger.exporting import export_workbook
from reports.ledger.sheets import LEDGER
from reports.models import BatchRow
from tenancy.scope import Scope
from tests.reports.ledger.samples import load, sentences


@pytest.mark.slow
def test_demo_year_goes_in_and_comes_out(scope: Scope) -> None:
    batch = load(make_workbook(make_mianyang(SEED)))
    assert sentences(batch)[:5] == []

    again = load(export_workbook())

    assert sentences(again)[:5] == []
    assert BatchRow.objects.filter(batch=again).count() == 0
    assert sum(sheet.model.objects.count() for sheet in LEDGER.sheets) > 15_000
