"""The trail: walled by city, appended only, chained by SHA-256."""

from __future__ import annotations

from django.db import migrations

from core.rls import APP_ROLE, RunStatements, city_policy

_TABLE = "audit_auditevent"

# One advisory lock per city serializes the chain; it is held until the transaction ends, so seq order is commit order.
_CHAIN = """
CREATE OR REPLACE FUNCTION audit_chain() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    last record;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(NEW.city_id::text, 7));
    SELECT seq, hash INTO last FROM audit_auditevent WHERE city_id = NEW.city_id ORDER BY seq DESC LIMIT 1;
    NEW.seq := coalesce(last.seq, 0) + 1;
    NEW.prev_hash := coalesce(last.hash, '');
    NEW.hash := encode(
        sha256(convert_to(NEW.prev_hash || '|' || NEW.seq::text || '|' || NEW.payload, 'UTF8')), 'hex'
    );
    RETURN NEW;
END $$
"""
_REFUSE = """
CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit trail is append-only' USING ERRCODE = 'insufficient_privilege';
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial"), ("core", "0002_roles_and_extensions")]

    operations = [
        RunStatements(
            [
                *city_policy(_TABLE),
                _CHAIN,
                f"CREATE TRIGGER chain BEFORE INSERT ON {_TABLE} FOR EACH ROW EXECUTE FUNCTION audit_chain()",
                _REFUSE,
                f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {_TABLE}"
                " FOR EACH ROW EXECUTE FUNCTION audit_refuse()",
                f"CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON {_TABLE}"
                " FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()",
                f"REVOKE UPDATE, DELETE, TRUNCATE ON {_TABLE} FROM {APP_ROLE}",
            ]
        )
    ]
