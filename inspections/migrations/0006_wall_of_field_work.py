"""The wall round the tables of plans, draws and field work; what was sent, frozen, drawn or published stays as it was."""

from __future__ import annotations

from django.db import migrations

from core.rls import ProtectTenantTables, RunStatements

_REFUSE = """
CREATE OR REPLACE FUNCTION inspections_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = TG_TABLE_NAME || ' never changes';
END $$
"""
_OPERATION = """
CREATE OR REPLACE FUNCTION inspections_refuse_operation_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Only what became of a change may change.
    IF TG_OP = 'DELETE' OR to_jsonb(NEW) - 'state' IS DISTINCT FROM to_jsonb(OLD) - 'state' THEN
        RAISE EXCEPTION 'a change of a record never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""
_DRAW = """
CREATE OR REPLACE FUNCTION inspections_refuse_draw_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.frozen_text <> '' THEN
            RAISE EXCEPTION 'a started draw never goes away' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN OLD;
    END IF;
    IF (OLD.frozen_text <> '' AND NEW.frozen_text IS DISTINCT FROM OLD.frozen_text)
        OR (OLD.commitment_sha256 <> '' AND NEW.commitment_sha256 IS DISTINCT FROM OLD.commitment_sha256)
        OR (OLD.record_text <> '' AND (NEW.record_text, NEW.record_sha256, NEW.seed_sha256)
            IS DISTINCT FROM (OLD.record_text, OLD.record_sha256, OLD.seed_sha256))
        OR (OLD.void_reason <> '' AND NEW.void_reason IS DISTINCT FROM OLD.void_reason) THEN
        RAISE EXCEPTION 'what a draw has frozen never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""
_PHOTO = """
CREATE OR REPLACE FUNCTION inspections_refuse_photo_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR (NEW.sha256, NEW.byte_count, NEW.taken_at, NEW.taken_by, NEW.inspection_id)
        IS DISTINCT FROM (OLD.sha256, OLD.byte_count, OLD.taken_at, OLD.taken_by, OLD.inspection_id) THEN
        RAISE EXCEPTION 'what a photo says of its capture never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""


def _trigger(table: str, function: str, acts: str = "UPDATE OR DELETE") -> str:
    return f"CREATE TRIGGER immutable BEFORE {acts} ON {table} FOR EACH ROW EXECUTE FUNCTION {function}()"


class Migration(migrations.Migration):
    dependencies = [("inspections", "0005_field_work")]

    operations = [
        ProtectTenantTables(),
        RunStatements(
            [
                _REFUSE,
                _OPERATION,
                _DRAW,
                _PHOTO,
                _trigger("inspections_submission", "inspections_refuse_change"),
                _trigger("inspections_drawpublication", "inspections_refuse_change"),
                _trigger("inspections_recordoperation", "inspections_refuse_operation_change"),
                _trigger("inspections_draw", "inspections_refuse_draw_change"),
                _trigger("inspections_photo", "inspections_refuse_photo_change"),
            ]
        ),
    ]
