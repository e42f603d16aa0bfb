"""A line stays in its version and a version in its return: moved, it would change what was submitted."""

from __future__ import annotations

from django.db import migrations

from core.rls import RunStatements

_VERSION = """
CREATE OR REPLACE FUNCTION projects_refuse_version_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    is_lived boolean;
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.reopening_id IS NULL AND EXISTS (
            SELECT 1 FROM projects_monthlyreturn r
            WHERE r.id = NEW.monthly_return_id AND r.state = 'FROZEN' AND r.opened_at IS NOT NULL
        ) THEN
            RAISE EXCEPTION 'a frozen return takes no version without a reopening'
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.monthly_return_id IS DISTINCT FROM OLD.monthly_return_id THEN
        RAISE EXCEPTION 'a version never goes to another return' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.submitted_at IS NOT NULL THEN
        SELECT r.opened_at IS NOT NULL INTO is_lived
        FROM projects_monthlyreturn r WHERE r.id = OLD.monthly_return_id;
        -- A version that came by the ledger goes away when that import is undone; one that was filed here never.
        IF TG_OP = 'UPDATE' OR is_lived THEN
            RAISE EXCEPTION 'a submitted version of a return never changes' USING ERRCODE = 'restrict_violation';
        END IF;
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$
"""
_LINE = """
CREATE OR REPLACE FUNCTION projects_refuse_line_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    is_submitted boolean;
    is_lived boolean;
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.version_id IS DISTINCT FROM OLD.version_id THEN
        RAISE EXCEPTION 'a line never goes to another version' USING ERRCODE = 'restrict_violation';
    END IF;
    SELECT v.submitted_at IS NOT NULL, r.opened_at IS NOT NULL INTO is_submitted, is_lived
    FROM projects_returnversion v JOIN projects_monthlyreturn r ON r.id = v.monthly_return_id
    WHERE v.id = CASE WHEN TG_OP = 'INSERT' THEN NEW.version_id ELSE OLD.version_id END;
    IF is_submitted AND (TG_OP = 'UPDATE' OR is_lived) THEN
        RAISE EXCEPTION 'a line of a submitted version never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("projects", "0008_doubts_are_corrected")]

    operations = [RunStatements([_VERSION, _LINE])]
