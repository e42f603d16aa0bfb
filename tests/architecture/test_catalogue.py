"""The database's own catalogue: no table, view or function may stand outside the wall."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import connection, models

from core.rls import APP_ROLE, composite_keys, is_tenant

GLOBAL_TABLES = {
    # Names and reference data that every city shares.
    "tenancy_city",
    "core_calendarday",
    "core_legalinstrument",
    # People act in several cities; what they may see is in accounts_roleassignment, which is walled.
    "accounts_user",
    "accounts_passwordrecord",
    # Django's and the lock-out's own.
    "django_migrations",
    "django_content_type",
    "django_session",
    "auth_group",
    "auth_group_permissions",
    "auth_permission",
    "axes_accessattempt",
    "axes_accessattemptexpiration",
    "axes_accessfailurelog",
    "axes_accesslog",
}
OUR_APPS = {
    "core", "audit", "tenancy", "accounts", "messaging", "projects", "inspections", "enforcement",
    "guidance", "scoring", "reports",
}  # fmt: skip


def _rows(sql: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def _tenant_models() -> list[type[models.Model]]:
    return [m for m in apps.get_models() if m._meta.app_label in OUR_APPS and is_tenant(m)]


@pytest.mark.django_db
def test_every_table_is_walled_or_on_the_list():
    rows = _rows(
        "SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity, EXISTS ("
        " SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'city_id' AND NOT a.attisdropped)"
        " FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')"
    )
    walled = {name for name, enabled, forced, has_city in rows if has_city and enabled and forced}
    open_tenant = {name for name, enabled, forced, has_city in rows if has_city and not (enabled and forced)}
    unlisted = {name for name, _, _, has_city in rows if not has_city} - GLOBAL_TABLES

    assert open_tenant == set()
    assert unlisted == set()
    assert len(walled) >= 50, "the walk found too few tables to be true"


@pytest.mark.django_db
def test_every_walled_table_compares_the_city_setting():
    policies = dict(
        _rows(
            "SELECT tablename, qual || coalesce(with_check, '') FROM pg_policies WHERE policyname = 'city_wall'"
        )
    )
    tables = {model._meta.db_table for model in _tenant_models()}

    assert set(policies) == tables
    assert all("app.city" in text and text.count("city_id") >= 2 for text in policies.values())


@pytest.mark.django_db
def test_every_table_of_a_county_has_the_county_wall():
    walls = {name for (name,) in _rows("SELECT tablename FROM pg_policies WHERE policyname = 'county_wall'")}
    expected = {
        model._meta.db_table
        for model in _tenant_models()
        if any(field.column == "jurisdiction_id" for field in model._meta.concrete_fields)
    }

    assert walls == expected
    assert len(walls) >= 30


@pytest.mark.django_db
def test_every_reference_between_tenant_tables_carries_the_city():
    present = dict(
        _rows(
            "SELECT conname, array_length(conkey, 1) FROM pg_constraint WHERE contype = 'f'"
            " AND connamespace = 'public'::regnamespace"
        )
    )
    expected = {name for model in _tenant_models() for name, _, _ in composite_keys(model)}

    assert {name for name in expected if present.get(name) != 2} == set()
    assert len(expected) >= 80


@pytest.mark.django_db
def test_every_unique_key_of_a_tenant_table_starts_with_the_city():
    allowed = {
        # Primary keys are UUIDs; a document's file and preview are one-to-one with a UUID.
        "reports_documentfile_document_id_key",
        "reports_documentpreview_document_id_key",
    }
    rows = _rows(
        "SELECT t.relname, i.relname, pg_get_indexdef(x.indexrelid, 1, true) FROM pg_index x"
        " JOIN pg_class t ON t.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid"
        " WHERE x.indisunique AND NOT x.indisprimary AND t.relnamespace = 'public'::regnamespace"
    )
    tables = {model._meta.db_table for model in _tenant_models()}
    wrong = {(table, index) for table, index, first in rows if table in tables and first != "city_id"}

    assert {index for _, index in wrong} - allowed == set()


@pytest.mark.django_db
def test_no_view_or_definer_function_looks_around_the_wall():
    views = _rows(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('v', 'm')"
    )
    definers = _rows(
        "SELECT p.proname FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace AND p.prosecdef"
    )

    assert views == []
    assert definers == []


@pytest.mark.django_db
def test_the_application_role_owns_nothing_and_bypasses_nothing():
    ((name, is_super, bypasses, creates),) = _rows(
        "SELECT rolname, rolsuper, rolbypassrls, rolcreaterole FROM pg_roles WHERE rolname = current_user"
    )
    owned = _rows("SELECT relname FROM pg_class WHERE relowner = current_user::regrole::oid")

    assert (name, is_super, bypasses, creates) == (APP_ROLE, False, False, False)
    assert owned == []


@pytest.mark.django_db
def test_no_table_can_be_truncated_by_the_application():
    rows = _rows(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
        " AND has_table_privilege(current_user, oid, 'TRUNCATE')"
    )

    assert rows == []
