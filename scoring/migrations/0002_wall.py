"""Row-level security, composite keys, and the freezing of rubrics in use, runs, scores and lists."""

from __future__ import annotations

from django.db import migrations

from core.rls import ProtectTenantTables, RunStatements

_NEVER = """
CREATE OR REPLACE FUNCTION scoring_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a computed month never changes' USING ERRCODE = 'restrict_violation';
END $$
"""
# Of a run only its life goes on: confirmed, published, superseded.
_RUN = """
CREATE OR REPLACE FUNCTION scoring_guard_run() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE'
        OR (NEW.id, NEW.city_id, NEW.month, NEW.revision, NEW.reason, NEW.rubric_id, NEW.frozen_at, NEW.computed_at,
            NEW.computed_by, NEW.computed_by_name, NEW.objection_until, NEW.statistics, NEW.snapshot_sha256)
        IS DISTINCT FROM
           (OLD.id, OLD.city_id, OLD.month, OLD.revision, OLD.reason, OLD.rubric_id, OLD.frozen_at, OLD.computed_at,
            OLD.computed_by, OLD.computed_by_name, OLD.objection_until, OLD.statistics, OLD.snapshot_sha256)
        OR (OLD.state, NEW.state) NOT IN (
            ('COMPUTED', 'CONFIRMED'), ('CONFIRMED', 'PUBLISHED'),
            ('COMPUTED', 'SUPERSEDED'), ('CONFIRMED', 'SUPERSEDED'), ('PUBLISHED', 'SUPERSEDED'))
    THEN
        RAISE EXCEPTION 'a computed month never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""
_RUBRIC = """
CREATE OR REPLACE FUNCTION scoring_guard_rubric() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM scoring_scorerun r WHERE r.city_id = OLD.city_id AND r.rubric_id = OLD.id) THEN
        RAISE EXCEPTION 'a rubric that a month was closed with never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$
"""


def _never(table: str) -> str:
    return (
        f"CREATE TRIGGER frozen BEFORE UPDATE OR DELETE ON {table}"
        " FOR EACH ROW EXECUTE FUNCTION scoring_refuse_change()"
    )


class Migration(migrations.Migration):
    dependencies = [("scoring", "0001_initial"), ("enforcement", "0002_wall")]

    operations = [
        ProtectTenantTables(),
        RunStatements(
            [
                _NEVER,
                _never("scoring_countyscore"),
                _never("scoring_subjectscore"),
                _never("scoring_listing"),
                _RUN,
                "CREATE TRIGGER frozen BEFORE UPDATE OR DELETE ON scoring_scorerun"
                " FOR EACH ROW EXECUTE FUNCTION scoring_guard_run()",
                _RUBRIC,
                "CREATE TRIGGER frozen BEFORE UPDATE OR DELETE ON scoring_rubricversion"
                " FOR EACH ROW EXECUTE FUNCTION scoring_guard_rubric()",
            ]
        ),
    ]
