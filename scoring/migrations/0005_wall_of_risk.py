"""The wall round the risk tables; a confirmed 重点监管对象名单 never changes, and no editor confirms it."""

from __future__ import annotations

from django.db import migrations

from core.rls import ProtectTenantTables, RunStatements

_RULES = """
CREATE OR REPLACE FUNCTION scoring_guard_rule_set() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM scoring_keyobjectlist l WHERE l.city_id = OLD.city_id AND l.rule_set_id = OLD.id) THEN
        RAISE EXCEPTION 'a rule set that a list was made with never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$
"""
# From the confirmation on only the issue follows.
_LIST = """
CREATE OR REPLACE FUNCTION scoring_guard_key_list() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'DRAFT' THEN
        IF TG_OP = 'UPDATE' AND NEW.state = 'CONFIRMED' AND EXISTS (
            SELECT 1 FROM scoring_keyobjectentry e
            WHERE e.city_id = NEW.city_id AND e.key_list_id = NEW.id AND e.changed_by = NEW.confirmed_by
        ) THEN
            RAISE EXCEPTION 'who changed an entry does not confirm the list' USING ERRCODE = 'restrict_violation';
        END IF;
        IF TG_OP = 'UPDATE' AND NEW.state = 'ISSUED' THEN
            RAISE EXCEPTION 'a list is confirmed before it is issued' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'DELETE'
        OR (NEW.id, NEW.city_id, NEW.first_month, NEW.last_month, NEW.revision, NEW.reason, NEW.as_of,
            NEW.rule_set_id, NEW.created_at, NEW.created_by, NEW.created_by_name, NEW.computed_at, NEW.sha256,
            NEW.confirmed_at, NEW.confirmed_by, NEW.confirmed_by_name)
        IS DISTINCT FROM
           (OLD.id, OLD.city_id, OLD.first_month, OLD.last_month, OLD.revision, OLD.reason, OLD.as_of,
            OLD.rule_set_id, OLD.created_at, OLD.created_by, OLD.created_by_name, OLD.computed_at, OLD.sha256,
            OLD.confirmed_at, OLD.confirmed_by, OLD.confirmed_by_name)
        OR (OLD.state, NEW.state) NOT IN (('CONFIRMED', 'ISSUED'), ('ISSUED', 'ISSUED'))
    THEN
        RAISE EXCEPTION 'a confirmed list of key objects never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""
_ROW = """
CREATE OR REPLACE FUNCTION scoring_guard_key_list_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM scoring_keyobjectlist l
        WHERE l.id = CASE WHEN TG_OP = 'INSERT' THEN NEW.key_list_id ELSE OLD.key_list_id END AND l.state <> 'DRAFT'
    ) THEN
        RAISE EXCEPTION 'a confirmed list of key objects never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$
"""


def _row_trigger(table: str) -> str:
    return (
        f"CREATE TRIGGER frozen BEFORE INSERT OR UPDATE OR DELETE ON {table}"
        " FOR EACH ROW EXECUTE FUNCTION scoring_guard_key_list_row()"
    )


class Migration(migrations.Migration):
    dependencies = [("scoring", "0004_risk_classes_and_key_objects")]

    operations = [
        ProtectTenantTables(),
        RunStatements(
            [
                _RULES,
                "CREATE TRIGGER frozen BEFORE UPDATE OR DELETE ON scoring_riskruleset"
                " FOR EACH ROW EXECUTE FUNCTION scoring_guard_rule_set()",
                _LIST,
                "CREATE TRIGGER frozen BEFORE UPDATE OR DELETE ON scoring_keyobjectlist"
                " FOR EACH ROW EXECUTE FUNCTION scoring_guard_key_list()",
                _ROW,
                _row_trigger("scoring_projectrisk"),
                _row_trigger("scoring_keyobjectentry"),
            ]
        ),
    ]
