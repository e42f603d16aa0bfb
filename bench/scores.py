"""Sixty scored months for the pages: one really closed, the others copies of it, as the lists and trends read them."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TYPE_CHECKING, Any

import psycopg

from bench import world
from bench.plan import CITIES, MONTHS
from core.month import ReportingMonth

if TYPE_CHECKING:
    from django.test import Client

CLOSED = ReportingMonth(2026, 6)
"""The month that the product closes itself; its snapshot is the real one."""
_AT = dt.datetime(2026, 11, 2, 1, 0, tzinfo=dt.UTC)

_RUNS = """
INSERT INTO scoring_scorerun (id, city_id, month, revision, reason, rubric_id, state, frozen_at, computed_at, computed_by,
    computed_by_name, objection_until, confirmed_at, confirmed_by, confirmed_by_name, published_at, published_by_name,
    statistics, snapshot_sha256)
SELECT gen_random_uuid(), city_id, m, 1, '', rubric_id, 'PUBLISHED', frozen_at, computed_at, computed_by, computed_by_name,
    objection_until, computed_at, NULL, '核定人乙', computed_at, '公布人丙', statistics, snapshot_sha256
FROM scoring_scorerun, unnest(%(months)s::date[]) m WHERE m <> month
"""
_SCORES = """
INSERT INTO scoring_countyscore (id, city_id, jurisdiction_id, run_id, month, status, final, grade, rank, display_order,
    is_interview, is_unqualified, snapshot, evidence, sha256)
SELECT gen_random_uuid(), s.city_id, s.jurisdiction_id, r.id, r.month, s.status, s.final, s.grade, s.rank, s.display_order,
    s.is_interview, s.is_unqualified, s.snapshot, s.evidence, s.sha256
FROM scoring_countyscore s JOIN scoring_scorerun r ON r.city_id = s.city_id AND r.month <> s.month
"""


def ready(name: str) -> tuple[Client, uuid.UUID]:
    """Score every city in the scratch database and sign the section chief of the first one in: (client, city's id)."""
    from scoring.services.closing import close_month
    from tenancy.scope import city_scope

    ids = city_ids(name)
    for one in ids.values():
        with city_scope(one):
            close_month(month=CLOSED, by="测算", at=_AT)
    with world.owner(name) as connection:
        for one in ids.values():
            _copy_months(connection, one)
        connection.execute("VACUUM (ANALYZE) scoring_scorerun")
        connection.execute("VACUUM (ANALYZE) scoring_countyscore")
    first = ids[CITIES[0].slug]
    return _signed_in(first), first


def city_ids(name: str) -> dict[str, uuid.UUID]:
    """The generated cities by slug."""
    with world.owner(name) as connection:
        return dict(connection.execute("SELECT slug, id FROM tenancy_city ORDER BY slug").fetchall())


def _copy_months(connection: psycopg.Connection[Any], city: uuid.UUID) -> None:
    with connection.transaction():
        connection.execute("SELECT set_config('app.city', %s, true)", [str(city)])
        connection.execute(_RUNS, {"months": [month.first for month in MONTHS]})
        connection.execute(_SCORES)


def _signed_in(city: uuid.UUID) -> Client:
    from django.conf import settings
    from django.test import Client

    from accounts.roles import Role
    from accounts.services import create_user, grant_role
    from tenancy.models import Jurisdiction
    from tenancy.scope import city_scope

    with city_scope(city):
        user = create_user(
            username="bench.chief",
            display_name="测算科长",
            password=uuid.uuid4().hex + "-Aa1",
            by="测算",
            at=_AT,
            must_change_password=False,
        )
        root = Jurisdiction.objects.get(parent__isnull=True)
        grant_role(user=user, role=Role.BUREAU_CHIEF, jurisdiction=root, by="测算", at=_AT)
    client = Client()
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[-1])
    return client
