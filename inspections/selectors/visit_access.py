"""Whose inspection it is: the organizing level writes and reviews it; an officer of the team writes wherever he is from."""

from __future__ import annotations

from accounts.models import RoleAssignment
from accounts.roles import Capability
from inspections.enums import OfficerRole
from inspections.models import Inspection
from inspections.selectors.arranging_panel import is_organizer


def may_record(inspection: Inspection, assignment: RoleAssignment) -> bool:
    """An inspector of the organizing level, or an officer of the team (joint patrols, checks across counties)."""
    if not assignment.allows(Capability.INSPECTION_RECORD):
        return False
    if is_organizer(inspection, assignment):
        return True
    team = inspection.officers.filter(role=OfficerRole.OFFICER)
    return team.filter(user=assignment.user_id).exists()


def field_part(inspection: Inspection, assignment: RoleAssignment) -> OfficerRole | None:
    """As what the person sends from a tablet: OFFICER writes the record, ASSISTANT helps (photos, measurements); None: not
    at all. Whoever stands in the team has a part, so the package holds nothing that would be refused when it comes back.
    """
    if may_record(inspection, assignment):
        return OfficerRole.OFFICER
    in_team = inspection.officers.filter(user=assignment.user_id)
    return OfficerRole.ASSISTANT if assignment.allows(Capability.FIELD_USE) and in_team.exists() else None


def field_refusal(inspection: Inspection) -> str:
    """What a tablet shows to somebody without a part."""
    level = inspection.get_organizer_level_display()
    return f"这是{level}组织的检查，由检查组成员或本级检查人员填写；请先由组织单位把您列入检查组。"


def may_review(inspection: Inspection, assignment: RoleAssignment) -> bool:
    """A reviewer of the organizing level who did not end it."""
    allowed = assignment.allows(Capability.INSPECTION_REVIEW) and is_organizer(inspection, assignment)
    return allowed and inspection.concluded_by != assignment.user_id


def record_refusal(inspection: Inspection, assignment: RoleAssignment) -> str:
    """Why the person does not write this record; empty when he may."""
    if may_record(inspection, assignment):
        return ""
    return f"这是{inspection.get_organizer_level_display()}组织的检查，由检查组成员或本级检查人员填写。"


def review_refusal(inspection: Inspection, assignment: RoleAssignment) -> str:
    """Why the person does not review it; empty when he may."""
    if is_organizer(inspection, assignment):
        return ""
    return f"这是{inspection.get_organizer_level_display()}组织的检查，由本级审核。"
