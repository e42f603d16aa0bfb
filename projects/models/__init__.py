"""The register and the returns."""

from projects.models.filings import Acceptance, DefectFiling, QualityFiling
from projects.models.organization import Attendance, KeyPerson, Organization, ParticipatingUnit
from projects.models.project import (
    ContractSection,
    KeyWork,
    LifelongCommitment,
    Project,
    SupervisionRegistration,
)
from projects.models.returns import LegalPersonReport, MonthlyReturn, ReturnLine, ReturnRemark, ReturnVersion
from projects.models.supervision_body import SupervisionBody, Training

__all__ = [
    "Acceptance",
    "Attendance",
    "ContractSection",
    "DefectFiling",
    "KeyPerson",
    "KeyWork",
    "LegalPersonReport",
    "LifelongCommitment",
    "MonthlyReturn",
    "Organization",
    "ParticipatingUnit",
    "Project",
    "QualityFiling",
    "ReturnLine",
    "ReturnRemark",
    "ReturnVersion",
    "SupervisionBody",
    "SupervisionRegistration",
    "Training",
]
