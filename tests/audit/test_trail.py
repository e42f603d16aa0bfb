"""The trail: appended only, chained, and a cheat is found."""

from __future__ import annotations

import itertools
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from audit.models import AuditEvent
from audit.services import record, verify_chain
from tenancy.models import City
from tenancy.scope import city_scope
from tests.cast import AT, make_city
from tests.conftest import owner_connection


def _write(city, count):
    with city_scope(city.id):
        for number in range(count):
            record(
                action="test.thing.change",
                subject=city,
                by="测试",
                at=AT,
                city_id=city.id,
                after={"n": number},
            )


def _tamper(sql):
    """As the owner with the triggers off: the one cheat that cannot be prevented, only found."""
    with owner_connection(_name()) as owner:
        owner.execute("ALTER TABLE audit_auditevent DISABLE TRIGGER ALL")
        owner.execute("ALTER TABLE audit_auditevent DISABLE ROW LEVEL SECURITY")
        owner.execute(sql)
        owner.execute("ALTER TABLE audit_auditevent ENABLE ROW LEVEL SECURITY")
        owner.execute("ALTER TABLE audit_auditevent ENABLE TRIGGER ALL")


def _name():
    return connection.settings_dict["NAME"]


def test_events_are_numbered_and_chained(fresh_database):
    city = make_city()
    _write(city, 5)

    with city_scope(city.id):
        events = list(AuditEvent.objects.order_by("seq"))
        count, broken = verify_chain(city.id)

    assert [e.seq for e in events] == list(range(1, len(events) + 1))
    assert all(later.prev_hash == earlier.hash for earlier, later in itertools.pairwise(events))
    assert (count, broken) == (len(events), None)


def test_the_application_cannot_change_or_delete_an_event(city):
    _write(city, 1)

    for statement in (
        "UPDATE audit_auditevent SET actor_name = 'x'",
        "DELETE FROM audit_auditevent",
        "TRUNCATE audit_auditevent",
        "ALTER TABLE audit_auditevent DISABLE TRIGGER ALL",
    ):
        with pytest.raises(DatabaseError):
            _run(city, statement)


def _run(city, statement):
    with transaction.atomic(), city_scope(city.id), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        pytest.param(
            "UPDATE audit_auditevent SET payload = replace(payload, '\"n\":2', '\"n\":9')",
            "改动",
            id="content",
        ),
        pytest.param(
            "UPDATE audit_auditevent SET actor_name = '别人' WHERE payload LIKE '%\"n\":2%'",
            "改动",
            id="column",
        ),
        pytest.param("DELETE FROM audit_auditevent WHERE payload LIKE '%\"n\":2%'", "删除", id="deleted"),
    ],
)
def test_a_cheat_of_the_owner_is_found(fresh_database, sql, reason):
    city = make_city()
    _write(city, 5)
    with city_scope(city.id):
        seq = AuditEvent.objects.get(payload__contains='"n":2').seq

    _tamper(sql)

    with city_scope(city.id):
        count, broken = verify_chain(city.id)
    assert broken is not None
    assert reason in broken.reason
    assert count == seq - 1


def test_the_command_names_the_first_broken_place(fresh_database):
    city = make_city()
    _write(city, 3)
    out = StringIO()

    call_command("verify_audit", "510700", stdout=out)
    assert "链完整" in out.getvalue()

    _tamper("UPDATE audit_auditevent SET payload = replace(payload, '\"n\":1', '\"n\":7')")
    with pytest.raises(SystemExit) as stop:
        call_command("verify_audit", "mianyang", stdout=out)
    assert stop.value.code == 1
    assert "断裂" in out.getvalue()
    assert City.objects.count() == 1


def test_each_city_has_its_own_chain(city, other_city):
    _write(city, 2)
    _write(other_city, 1)

    with city_scope(other_city.id):
        assert set(AuditEvent.objects.values_list("city_id", flat=True)) == {other_city.id}
        assert verify_chain(other_city.id)[1] is None
