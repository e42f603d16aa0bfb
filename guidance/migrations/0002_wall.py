"""The wall round this app's tables; what was issued, given out or noted as a change stays as it was written."""

from __future__ import annotations

from django.db import migrations

from core.rls import ProtectTenantTables, RunStatements

_ISSUED = """
CREATE FUNCTION guidance_refuse_issued_plan() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'ISSUED' THEN
        RAISE EXCEPTION 'an issued year plan never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$
"""
_GIVEN_OUT = """
CREATE FUNCTION guidance_refuse_given_task() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM guidance_taskassignment a WHERE a.task_id = OLD.id) THEN
        RAISE EXCEPTION 'a task that was given out never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$
"""
_TRACE = """
CREATE FUNCTION guidance_refuse_trace_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the trace of a change stays as it was written' USING ERRCODE = 'restrict_violation';
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("guidance", "0001_initial"), ("inspections", "0002_wall"), ("projects", "0002_wall")]

    operations = [
        ProtectTenantTables(),
        RunStatements(
            [
                _ISSUED,
                "CREATE TRIGGER issued BEFORE UPDATE OR DELETE ON guidance_yearplan"
                " FOR EACH ROW EXECUTE FUNCTION guidance_refuse_issued_plan()",
                _GIVEN_OUT,
                "CREATE TRIGGER given_out BEFORE UPDATE OR DELETE ON guidance_task"
                " FOR EACH ROW EXECUTE FUNCTION guidance_refuse_given_task()",
                _TRACE,
                "CREATE TRIGGER trace BEFORE UPDATE OR DELETE ON guidance_plansheetchange"
                " FOR EACH ROW EXECUTE FUNCTION guidance_refuse_trace_change()",
            ]
        ),
    ]
