"""A ledger goes in whole, comes out equal, and the same file twice changes nothing."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.models import AuditEvent
from inspections.models import Finding
from projects.models import Organization, ParticipatingUnit, Project
from reports.enums import BatchState
from reports.ledger import writing
from reports.ledger.exporting import export_workbook
from reports.ledger.sheets import LEDGER
from reports.models import BatchRow
from tenancy.models import City
from tenancy.scope import Scope, city_scope
from tests.reports.ledger.samples import (
    BUILDER,
    contents,
    edited,
    errors,
    load,
    only,
    place,
    sentences,
    small,
    stored,
    title,
)


def test_small_ledger_is_written_whole(scope: Scope) -> None:
    rows = small()
    founded = stored()

    batch = load(rows)

    assert sentences(batch) == []
    assert batch.state == BatchState.IMPORTED
    for name, own in rows.items():
        assert stored()[name] == founded[name] + len(own), name
        assert batch.counts["sheets"][title(name)] == {"new": len(own), "changed": 0, "unchanged": 0}
    assert BatchRow.objects.filter(batch=batch).count() == sum(len(own) for own in rows.values())


def test_references_counties_and_pinyin_are_filled(scope: Scope) -> None:
    load(small())

    finding = Finding.objects.select_related("unit__section", "jurisdiction", "catalogue_item").get(
        number="WT-1"
    )
    assert finding.unit is not None
    assert finding.unit.section is not None
    assert finding.unit.section.code == "S1"
    assert finding.catalogue_item is not None
    assert finding.catalogue_item.code == "FM-001"
    assert finding.jurisdiction.name == "三台县"
    two, three = Finding.objects.filter(number__in=["WT-2", "WT-3"]).order_by("number")
    assert two.same_fact is not None
    assert two.same_fact == three.same_fact
    assert three.unit is None
    assert three.text == "监理＝日志\u3000不完整"
    organization = Organization.objects.get(uscc=BUILDER)
    assert organization.name_initials == "slyhslgcyxgs"
    person = ParticipatingUnit.objects.get(section__code="S1").key_people.get()
    assert person.name_initials == "sys"  # 单 is read Shan as a surname


def test_same_file_twice_changes_nothing(scope: Scope) -> None:
    load(small())

    again = load(small())

    assert again.state == BatchState.IMPORTED
    assert BatchRow.objects.filter(batch=again).count() == 0
    assert all(c["new"] == c["changed"] == 0 for c in again.counts["sheets"].values())


def test_changed_row_writes_only_its_changed_fields(scope: Scope) -> None:
    load(small())
    rows = only("projects")
    rows["projects"][0]["progress_percent"] = 60

    batch = load(rows)

    assert batch.counts["sheets"]["工程项目"] == {"new": 0, "changed": 1, "unchanged": 2}
    row = BatchRow.objects.get(batch=batch)
    assert (row.before, row.after) == ({"progress_percent": "45.50"}, {"progress_percent": "60.00"})
    assert Project.objects.get(code="P-1").progress_percent == 60


def test_absent_column_keeps_its_values_and_blank_cell_clears(scope: Scope) -> None:
    load(small())

    def without_progress(book) -> None:
        names = [c.name for c in LEDGER.by_name["projects"].columns]
        page = book["工程项目"]
        page[place("projects", "approved_duration_days")] = None
        page.delete_cols(names.index("progress_percent") + 1)

    batch = load(edited(only("projects"), without_progress))

    project = Project.objects.get(code="P-1")
    assert sentences(batch) == []
    assert (project.progress_percent, project.approved_duration_days) == (45.5, None)


def test_dry_run_writes_nothing(scope: Scope) -> None:
    batch = load(small(), dry_run=True)

    assert batch.state == BatchState.CHECKED
    assert Project.objects.count() == 0
    assert batch.counts["sheets"]["工程项目"]["new"] == 3


def test_import_is_in_the_trail(scope: Scope) -> None:
    batch = load(small())

    event = AuditEvent.objects.filter(action="reports.ledger.import").get()
    assert event.subject_id == str(batch.id)


def test_round_trip_into_another_city_gives_equal_cells(city: City, other_city: City) -> None:
    rows = small()
    for own in rows.values():
        for row in own:
            if row.get("jurisdiction") in ("三台县", "平武县", "绵阳市"):
                row["jurisdiction"] = {"三台县": 1, "平武县": 2, "绵阳市": 0}[row["jurisdiction"]]
    exports = []
    for place_ in (city, other_city):
        with city_scope(place_.id):
            batch = load(_with_counties(rows))
            assert sentences(batch) == []
            first = export_workbook()
            again = load(first)
            assert (again.state, sentences(again)) == (BatchState.IMPORTED, [])
            assert BatchRow.objects.filter(batch=again).count() == 0
            exports.append(contents(first))

    assert _without_counties(exports[0]) == _without_counties(exports[1])
    assert sum(len(own) for own in exports[0].values()) > 90


def _with_counties(rows):
    from tenancy.models import Jurisdiction

    names = [place_.name for place_ in Jurisdiction.objects.order_by("unit_order")]
    return {
        name: [
            {**row, "jurisdiction": names[row["jurisdiction"]]}
            if isinstance(row.get("jurisdiction"), int)
            else row
            for row in own
        ]
        for name, own in rows.items()
    }


def _without_counties(exported):
    """County names differ from city to city, and same_fact groups are the city's own."""
    hidden = {"县区", "所在县区", "行政区划", "组织单位", "同一事实"}
    shown = {}
    for name, own in exported.items():
        keep = [index for index, header in enumerate(own[0]) if header not in hidden]
        shown[name] = sorted([str(row[index]) for index in keep] for row in own)
    return shown


def test_number_of_queries_does_not_grow_with_the_rows(scope: Scope) -> None:
    def rows(first: int, count: int):
        return {
            "organizations": only("organizations")["organizations"],
            "projects": [
                {**only("projects")["projects"][0], "code": f"Q-{n}", "name": f"示例{n}"}
                for n in range(first, first + count)
            ],
        }

    load(rows(0, 1))
    with CaptureQueriesContext(
        connection,
    ) as few:
        load(rows(1, 3))
    with CaptureQueriesContext(connection) as many:
        load(rows(10, 60))
    assert len(few) == len(many)


def test_failure_in_the_middle_leaves_nothing(scope: Scope, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import transaction

    create = writing.create

    def broken(sheet, records, city_id):
        if sheet.name == "findings":
            raise OSError("the disk is full")
        create(sheet, records, city_id)

    founded = stored()
    monkeypatch.setattr(writing, "create", broken)
    with pytest.raises(OSError, match="disk"), transaction.atomic():
        load(small())

    assert stored() == founded


def test_another_citys_records_do_not_exist(city: City, other_city: City) -> None:
    with city_scope(city.id):
        load(small())

    with city_scope(other_city.id):
        batch = load(only("inspections"))

    assert batch.state == BatchState.REFUSED
    assert (title("inspections"), place("inspections", "project")) in errors(batch)
    told = next(e for e in batch.errors if e["cell"] == place("inspections", "project"))
    assert "不存在" in told["wrong"]
    with city_scope(other_city.id):
        unknown = only("inspections")
        unknown["inspections"][0]["project"] = "NIE-DA"
        stranger = load(unknown)
    same = next(e for e in stranger.errors if e["cell"] == place("inspections", "project"))
    assert same["wrong"] == told["wrong"]
