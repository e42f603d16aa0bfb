"""Row-level security, composite keys, and the freezing of what was submitted."""

from __future__ import annotations

from django.db import migrations

from core.rls import ProtectTenantTables, RunStatements

_FROZEN = """
CREATE OR REPLACE FUNCTION projects_refuse_frozen_return() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'FROZEN' THEN
        RAISE EXCEPTION 'a frozen return never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$
"""
_VERSION = """
CREATE OR REPLACE FUNCTION projects_refuse_version_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a submitted version of a return never changes' USING ERRCODE = 'restrict_violation';
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("projects", "0001_initial"), ("accounts", "0002_wall")]

    operations = [
        ProtectTenantTables(),
        RunStatements(
            [
                _FROZEN,
                "CREATE TRIGGER frozen BEFORE UPDATE OR DELETE ON projects_monthlyreturn"
                " FOR EACH ROW EXECUTE FUNCTION projects_refuse_frozen_return()",
                _VERSION,
                "CREATE TRIGGER immutable BEFORE UPDATE ON projects_returnversion"
                " FOR EACH ROW EXECUTE FUNCTION projects_refuse_version_change()",
                "CREATE TRIGGER immutable BEFORE UPDATE ON projects_returnline"
                " FOR EACH ROW EXECUTE FUNCTION projects_refuse_version_change()",
            ]
        ),
    ]
