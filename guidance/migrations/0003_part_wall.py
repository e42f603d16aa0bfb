"""A wall like that of counties round what has no county of its own: seen through what was issued or given out to the county."""

from __future__ import annotations

from django.db import migrations

from core.rls import COUNTY, RunStatements

_SEEN = {
    "guidance_yearplan": "state = 'ISSUED'",
    # The assignments have the county's wall themselves, and the rest stands behind the tasks.
    "guidance_task": "EXISTS (SELECT 1 FROM guidance_taskassignment a WHERE a.task_id = guidance_task.id)",
    "guidance_campaign": "EXISTS (SELECT 1 FROM guidance_task t WHERE t.campaign_id = guidance_campaign.id)",
    "guidance_meeting": "EXISTS (SELECT 1 FROM guidance_task t WHERE t.meeting_id = guidance_meeting.id)",
    "guidance_meetingfile": "EXISTS (SELECT 1 FROM guidance_meeting m WHERE m.id = guidance_meetingfile.meeting_id)",
}


class Migration(migrations.Migration):
    dependencies = [("guidance", "0002_wall")]

    operations = [
        RunStatements(
            [
                f'CREATE POLICY part_wall ON "{table}" AS RESTRICTIVE '
                f"USING (CASE WHEN (SELECT {COUNTY}) IS NULL THEN true ELSE {seen} END)"
                for table, seen in _SEEN.items()
            ]
        ),
    ]
