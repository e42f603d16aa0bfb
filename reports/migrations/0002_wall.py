"""Row-level security, composite keys, and the freezing of issued documents."""

from __future__ import annotations

from django.db import migrations

from core.rls import ProtectTenantTables, RunStatements

_FILE = """
CREATE OR REPLACE FUNCTION reports_refuse_file_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the file of an issued document never changes' USING ERRCODE = 'restrict_violation';
END $$
"""
# An issued document can only be withdrawn, once; nothing else about it ever changes.
_DOCUMENT = """
CREATE OR REPLACE FUNCTION reports_guard_document() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state NOT IN ('ISSUED', 'WITHDRAWN') THEN
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'DELETE' OR OLD.state = 'WITHDRAWN' OR NEW.state <> 'WITHDRAWN'
        OR (to_jsonb(NEW) - 'state' - 'withdrawn_at' - 'withdrawn_by_name' - 'withdrawn_reason')
        IS DISTINCT FROM
           (to_jsonb(OLD) - 'state' - 'withdrawn_at' - 'withdrawn_by_name' - 'withdrawn_reason')
    THEN
        RAISE EXCEPTION 'an issued document never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_initial"), ("scoring", "0002_wall")]

    operations = [
        ProtectTenantTables(),
        RunStatements(
            [
                _FILE,
                "CREATE TRIGGER frozen BEFORE UPDATE OR DELETE ON reports_documentfile"
                " FOR EACH ROW EXECUTE FUNCTION reports_refuse_file_change()",
                _DOCUMENT,
                "CREATE TRIGGER frozen BEFORE UPDATE OR DELETE ON reports_document"
                " FOR EACH ROW EXECUTE FUNCTION reports_guard_document()",
            ]
        ),
    ]
