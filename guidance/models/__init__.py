"""Year plan, tasks, campaigns, meetings, month plans in the making."""

from guidance.models.campaign import Campaign
from guidance.models.county_plan import BodyFiling, PlanSheet, PlanSheetChange
from guidance.models.meeting import Meeting, MeetingFile
from guidance.models.task import Task, TaskAssignment, TaskEvidence
from guidance.models.year_plan import YearPlan

__all__ = [
    "BodyFiling",
    "Campaign",
    "Meeting",
    "MeetingFile",
    "PlanSheet",
    "PlanSheetChange",
    "Task",
    "TaskAssignment",
    "TaskEvidence",
    "YearPlan",
]
