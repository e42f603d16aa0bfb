"""The register and the returns."""

from projects.models.filings import Acceptance, Attachment, DefectFiling, FilingType, QualityFiling
from projects.models.organization import (
    Attendance,
    KeyPerson,
    Organization,
    OrganizationMerge,
    ParticipatingUnit,
)
from projects.models.project import (
    ContractSection,
    KeyWork,
    LifelongCommitment,
    Project,
    SectionProgress,
    SupervisionRegistration,
    WorkItem,
)
from projects.models.returns import (
    DataDoubt,
    LegalPersonReport,
    MonthlyReturn,
    ReturnComment,
    ReturnLine,
    ReturnRemark,
    ReturnReopening,
    ReturnVersion,
)
from projects.models.supervision_body import SupervisionBody, Training

__all__ = [
    "Acceptance",
    "Attachment",
    "Attendance",
    "ContractSection",
    "DataDoubt",
    "DefectFiling",
    "FilingType",
    "KeyPerson",
    "KeyWork",
    "LegalPersonReport",
    "LifelongCommitment",
    "MonthlyReturn",
    "Organization",
    "OrganizationMerge",
    "ParticipatingUnit",
    "Project",
    "QualityFiling",
    "ReturnComment",
    "ReturnLine",
    "ReturnRemark",
    "ReturnReopening",
    "ReturnVersion",
    "SectionProgress",
    "SupervisionBody",
    "SupervisionRegistration",
    "Training",
    "WorkItem",
]
