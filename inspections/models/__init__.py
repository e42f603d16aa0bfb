"""Plans, draws, inspections and their records, findings, tests, tablets."""

from inspections.models.catalogue import CatalogueItem, CatalogueVersion
from inspections.models.checklist import ChecklistItem, ChecklistVersion
from inspections.models.checks import (
    BiddingCheck,
    DutyInspection,
    DutyInspectionItem,
    SupervisoryTest,
    SupervisoryTestBudget,
    SupervisoryTestCommission,
    SupervisoryTestSample,
)
from inspections.models.device import Device, DeviceEnrolment
from inspections.models.finding import Evidence, Finding
from inspections.models.inspection import (
    CitedItem,
    Inspection,
    InspectionApproval,
    InspectionAspect,
    InspectionNotice,
    InspectionOfficer,
)
from inspections.models.officer import Officer, OfficerTie
from inspections.models.photo import Photo, PhotoChunk
from inspections.models.plan import (
    Draw,
    DrawCandidate,
    DrawnOfficer,
    DrawnProject,
    DrawPublication,
    DrawWitness,
    MonthPlan,
)
from inspections.models.record import RecordConflict, RecordOperation, RecordValue, Submission
from inspections.models.year_plan import FrequencyCap, InspectionItem, InspectionYearPlan, PlannedWork

__all__ = [
    "BiddingCheck",
    "CatalogueItem",
    "CatalogueVersion",
    "ChecklistItem",
    "ChecklistVersion",
    "CitedItem",
    "Device",
    "DeviceEnrolment",
    "Draw",
    "DrawCandidate",
    "DrawPublication",
    "DrawWitness",
    "DrawnOfficer",
    "DrawnProject",
    "DutyInspection",
    "DutyInspectionItem",
    "Evidence",
    "Finding",
    "FrequencyCap",
    "Inspection",
    "InspectionApproval",
    "InspectionAspect",
    "InspectionItem",
    "InspectionNotice",
    "InspectionOfficer",
    "InspectionYearPlan",
    "MonthPlan",
    "Officer",
    "OfficerTie",
    "Photo",
    "PhotoChunk",
    "PlannedWork",
    "RecordConflict",
    "RecordOperation",
    "RecordValue",
    "Submission",
    "SupervisoryTest",
    "SupervisoryTestBudget",
    "SupervisoryTestCommission",
    "SupervisoryTestSample",
]
