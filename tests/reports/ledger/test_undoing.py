"""A batch is taken back as a whole, or the sentence says what stands on it."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection

from audit.models import AuditEvent
from inspections.models import Finding
from projects.models import MonthlyReturn, Project
from reports.enums import BatchState
from reports.ledger.exporting import export_workbook
from reports.ledger.sheets import LEDGER
from reports.ledger.undoing import BatchStandsFast, undo_batch
from tenancy.scope import Scope
from tests import factories
from tests.cast import AT
from tests.reports.ledger.samples import base, contents, load, only, small, stored

LATER = AT + dt.timedelta(hours=1)


def _undo(batch) -> None:
    undo_batch(batch_id=batch.id, by="测试", at=LATER)


def test_undo_removes_everything_that_the_batch_made(scope: Scope) -> None:
    founded = stored()
    batch = load(small())

    _undo(batch)

    assert stored() == founded
    batch.refresh_from_db()
    assert (batch.state, batch.undone_by_name) == (BatchState.UNDONE, "测试")
    assert AuditEvent.objects.filter(action="reports.ledger.undo", subject_id=str(batch.id)).count() == 1
    connection.check_constraints()


def test_undo_restores_what_the_batch_changed(scope: Scope) -> None:
    load(small())
    before = contents(export_workbook())
    rows = only("projects", "findings", "returns", "letters")
    rows["projects"][0].update(progress_percent=80, plaque_on=dt.date(2023, 4, 1))
    rows["findings"][1].update(text="改了", same_fact=None)
    rows["returns"][0]["accepted_at"] = None
    rows["letters"][0]["reasons"] = ["另一事由"]
    rows["projects"].append({**rows["projects"][0], "code": "P-9", "name": "第九"})
    batch = load(rows)
    assert contents(export_workbook()) != before

    _undo(batch)

    assert contents(export_workbook()) == before


def test_same_workbook_can_be_imported_again_after_undo(scope: Scope) -> None:
    _undo(load(small()))

    assert load(small()).state == BatchState.IMPORTED


def test_undo_is_refused_when_a_record_changed_since(scope: Scope) -> None:
    batch = load(small())
    Project.objects.filter(code="P-2").update(name="改过的名称")

    with pytest.raises(BatchStandsFast, match="改过的名称”导入后又有改动"):
        _undo(batch)

    assert Finding.objects.count() == 3


def test_undo_is_refused_when_a_record_is_gone(scope: Scope) -> None:
    batch = load(small())
    LEDGER.by_name["rechecks"].model.objects.all().delete()

    with pytest.raises(BatchStandsFast, match="已被删除"):
        _undo(batch)


def test_undo_is_refused_while_other_records_refer_to_it(scope: Scope) -> None:
    batch = load(base())
    load(only("inspections", "draws", "findings"))

    with pytest.raises(BatchStandsFast, match="引用") as refused:
        _undo(batch)

    assert any("“工程项目”" in reason and "JC-1" in reason for reason in refused.value.reasons)
    assert any("“参建单位”" in reason and "WT-1" in reason for reason in refused.value.reasons)


def test_undo_is_refused_after_the_month_was_computed(scope: Scope) -> None:
    batch = load(small())
    factories.score_run(month=dt.date(2023, 5, 1), computed_at=AT + dt.timedelta(minutes=5))

    with pytest.raises(BatchStandsFast, match="2023年5月在导入之后进行了得分计算"):
        _undo(batch)


def test_months_before_the_records_do_not_stand_in_the_way(scope: Scope) -> None:
    batch = load({"month_plans": only("month_plans")["month_plans"]})
    factories.score_run(month=dt.date(2023, 2, 1), computed_at=AT + dt.timedelta(minutes=5))

    _undo(batch)

    assert LEDGER.by_name["month_plans"].model.objects.count() == 0


def test_undo_is_refused_once_a_return_is_frozen(scope: Scope) -> None:
    rows = only("returns")
    batch = load(rows)
    MonthlyReturn.objects.filter(jurisdiction__name="三台县").update(state="FROZEN")

    with pytest.raises(BatchStandsFast, match="又有改动"):
        _undo(batch)

    rows["returns"][0]["state"] = "FROZEN"
    frozen = load({"returns": [{**rows["returns"][0], "month": "2023-05"}]})
    with pytest.raises(BatchStandsFast, match="冻结"):
        _undo(frozen)


def test_only_an_imported_batch_can_be_undone(scope: Scope) -> None:
    for batch in (load(small(), dry_run=True), load({"units": only("units")["units"]})):
        with pytest.raises(BatchStandsFast, match="它的状态是"):
            _undo(batch)

    batch = load(small())
    _undo(batch)
    with pytest.raises(BatchStandsFast, match="已撤销"):
        _undo(batch)
