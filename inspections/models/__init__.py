"""Plans, draws, inspections, findings, tests."""

from inspections.models.catalogue import CatalogueItem, CatalogueVersion
from inspections.models.checks import BiddingCheck, DutyInspection, DutyInspectionItem, SupervisoryTest
from inspections.models.finding import Evidence, Finding
from inspections.models.inspection import Inspection, InspectionAspect, InspectionOfficer
from inspections.models.plan import Draw, DrawnProject, MonthPlan

__all__ = [
    "BiddingCheck",
    "CatalogueItem",
    "CatalogueVersion",
    "Draw",
    "DrawnProject",
    "DutyInspection",
    "DutyInspectionItem",
    "Evidence",
    "Finding",
    "Inspection",
    "InspectionAspect",
    "InspectionOfficer",
    "MonthPlan",
    "SupervisoryTest",
]
