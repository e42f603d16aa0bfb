"""Who may do what: roles, capabilities and the families that exclude each other (三员分立)."""

from __future__ import annotations

import enum

from django.db import models

from tenancy.enums import Level


class Role(models.TextChoices):
    """Roles of the product; the codes are stored and never renamed."""

    SYSTEM_ADMIN = "SYSTEM_ADMIN", "系统管理员"
    SECURITY_ADMIN = "SECURITY_ADMIN", "安全管理员"
    AUDIT_ADMIN = "AUDIT_ADMIN", "审计管理员"
    BUREAU_CHIEF = "BUREAU_CHIEF", "市局科长"
    BUREAU_SUPERVISOR = "BUREAU_SUPERVISOR", "市局监督员"
    BUREAU_LEADER = "BUREAU_LEADER", "市局领导（签发）"
    BUREAU_LEGAL = "BUREAU_LEGAL", "市局法规"
    COUNTY_REPORTER = "COUNTY_REPORTER", "县局填报员"
    COUNTY_REVIEWER = "COUNTY_REVIEWER", "县局审核人"
    COUNTY_SUPERVISOR = "COUNTY_SUPERVISOR", "县局监督员"
    LEGAL_PERSON_REPORTER = "LEGAL_PERSON_REPORTER", "项目法人填报员"
    UNIT_CONTACT = "UNIT_CONTACT", "参建单位联系人"
    ASSISTANT = "ASSISTANT", "第三方辅助"
    DISCIPLINE_INSPECTOR = "DISCIPLINE_INSPECTOR", "纪检"


class Family(models.IntegerChoices):
    """A person's active roles must all be of one family: the three administrators and the business are apart."""

    BUSINESS = 0, "业务"
    SYSTEM = 1, "系统管理"
    SECURITY = 2, "安全管理"
    AUDIT = 3, "审计管理"


class Capability(enum.StrEnum):
    """One thing that a role allows."""

    DASHBOARD_VIEW = "DASHBOARD_VIEW"
    PROJECT_VIEW = "PROJECT_VIEW"
    FINDING_VIEW = "FINDING_VIEW"
    FINDING_CONCLUDE = "FINDING_CONCLUDE"
    EVIDENCE_ATTACH = "EVIDENCE_ATTACH"
    NOTICE_VIEW = "NOTICE_VIEW"
    NOTICE_EDIT = "NOTICE_EDIT"
    NOTICE_REPLY = "NOTICE_REPLY"
    NOTICE_REGISTER = "NOTICE_REGISTER"
    INTERVIEW_VIEW = "INTERVIEW_VIEW"
    INTERVIEW_DECIDE = "INTERVIEW_DECIDE"
    SCORE_VIEW = "SCORE_VIEW"
    MONTH_VIEW = "MONTH_VIEW"
    MONTH_CLOSE = "MONTH_CLOSE"
    MONTH_CONFIRM = "MONTH_CONFIRM"
    MONTH_PUBLISH = "MONTH_PUBLISH"
    DOCUMENT_VIEW = "DOCUMENT_VIEW"
    DOCUMENT_DRAFT = "DOCUMENT_DRAFT"
    DOCUMENT_REVIEW = "DOCUMENT_REVIEW"
    DOCUMENT_SIGN = "DOCUMENT_SIGN"
    DOCUMENT_WITHDRAW = "DOCUMENT_WITHDRAW"
    LEDGER_IMPORT = "LEDGER_IMPORT"
    LEDGER_EXPORT = "LEDGER_EXPORT"
    JOB_VIEW = "JOB_VIEW"
    AUDIT_VIEW = "AUDIT_VIEW"
    USER_VIEW = "USER_VIEW"
    USER_MANAGE = "USER_MANAGE"
    ROLE_GRANT = "ROLE_GRANT"
    TODO_VIEW = "TODO_VIEW"
    # The register
    REGISTER_EDIT = "REGISTER_EDIT"
    FILING_REVIEW = "FILING_REVIEW"
    FILING_TYPE_EDIT = "FILING_TYPE_EDIT"
    ORGANIZATION_MERGE = "ORGANIZATION_MERGE"
    ID_REVEAL = "ID_REVEAL"
    # Monthly returns
    RETURN_VIEW = "RETURN_VIEW"
    RETURN_FILL = "RETURN_FILL"
    RETURN_REVIEW = "RETURN_REVIEW"
    RETURN_ACCEPT = "RETURN_ACCEPT"
    RETURN_REOPEN = "RETURN_REOPEN"
    DOUBT_EXPLAIN = "DOUBT_EXPLAIN"
    DOUBT_JUDGE = "DOUBT_JUDGE"
    # Reports of legal persons
    REPORT_VIEW = "REPORT_VIEW"
    REPORT_FILE = "REPORT_FILE"
    REPORT_ASSESS = "REPORT_ASSESS"
    # Risk classes and the key-object list
    RISK_VIEW = "RISK_VIEW"
    KEY_LIST_EDIT = "KEY_LIST_EDIT"
    KEY_LIST_CONFIRM = "KEY_LIST_CONFIRM"
    # Year plan, guidance, trainings
    GUIDANCE_VIEW = "GUIDANCE_VIEW"
    GUIDANCE_EDIT = "GUIDANCE_EDIT"
    TASK_ANSWER = "TASK_ANSWER"
    BODY_SUBMIT = "BODY_SUBMIT"
    BODY_CONFIRM = "BODY_CONFIRM"
    PLAN_EDIT = "PLAN_EDIT"
    TRAINING_EDIT = "TRAINING_EDIT"
    # Messages
    CHANNEL_MANAGE = "CHANNEL_MANAGE"
    # Plans, draws, inspections
    INSPECTION_VIEW = "INSPECTION_VIEW"
    INSPECTION_PLAN = "INSPECTION_PLAN"
    INSPECTION_ARRANGE = "INSPECTION_ARRANGE"
    INSPECTION_APPROVE = "INSPECTION_APPROVE"
    INSPECTION_RECORD = "INSPECTION_RECORD"
    INSPECTION_REVIEW = "INSPECTION_REVIEW"
    ITEM_LIST_EDIT = "ITEM_LIST_EDIT"
    OFFICER_EDIT = "OFFICER_EDIT"
    DRAW_RUN = "DRAW_RUN"
    DRAW_WITNESS = "DRAW_WITNESS"
    DRAW_PUBLISH = "DRAW_PUBLISH"
    FIELD_USE = "FIELD_USE"
    DEVICE_MANAGE = "DEVICE_MANAGE"
    # Tests, duty inspections, bidding checks, clues
    TEST_EDIT = "TEST_EDIT"
    TEST_BUDGET_EDIT = "TEST_BUDGET_EDIT"
    DUTY_EDIT = "DUTY_EDIT"
    BIDDING_EDIT = "BIDDING_EDIT"
    CLUE_EDIT = "CLUE_EDIT"


C = Capability
_READS = frozenset(
    {
        C.DASHBOARD_VIEW,
        C.PROJECT_VIEW,
        C.FINDING_VIEW,
        C.NOTICE_VIEW,
        C.INTERVIEW_VIEW,
        C.SCORE_VIEW,
        C.DOCUMENT_VIEW,
        C.RETURN_VIEW,
        C.REPORT_VIEW,
        C.RISK_VIEW,
        C.GUIDANCE_VIEW,
        C.INSPECTION_VIEW,
    }
)
_INSPECTOR = frozenset(
    {
        C.INSPECTION_PLAN,
        C.INSPECTION_ARRANGE,
        C.INSPECTION_RECORD,
        C.INSPECTION_REVIEW,
        C.OFFICER_EDIT,
        C.DRAW_RUN,
        C.DRAW_WITNESS,
        C.DRAW_PUBLISH,
        C.FIELD_USE,
        C.DEVICE_MANAGE,
        C.TEST_EDIT,
        C.BIDDING_EDIT,
        C.CLUE_EDIT,
    }
)
"""What a supervisor of the bureau or of a county does; nobody decides on what he asked for (constraints)."""
_BUREAU = _READS | {C.MONTH_VIEW, C.JOB_VIEW, C.TODO_VIEW, C.LEDGER_EXPORT}
_COUNTY = _READS | {C.JOB_VIEW, C.TODO_VIEW}
_UNIT = frozenset({C.PROJECT_VIEW, C.FINDING_VIEW, C.NOTICE_VIEW, C.DOCUMENT_VIEW, C.TODO_VIEW})

CAPABILITIES: dict[Role, frozenset[Capability]] = {
    # The three administrators see no business data (等保 8.1.4.2 d).
    Role.SYSTEM_ADMIN: frozenset({C.USER_VIEW, C.USER_MANAGE, C.CHANNEL_MANAGE, C.JOB_VIEW, C.TODO_VIEW}),
    Role.SECURITY_ADMIN: frozenset({C.USER_VIEW, C.ROLE_GRANT, C.TODO_VIEW}),
    Role.AUDIT_ADMIN: frozenset({C.AUDIT_VIEW, C.TODO_VIEW}),
    Role.BUREAU_CHIEF: _BUREAU
    | {
        C.FINDING_CONCLUDE,
        C.EVIDENCE_ATTACH,
        C.NOTICE_EDIT,
        C.INTERVIEW_DECIDE,
        C.MONTH_CLOSE,
        C.MONTH_CONFIRM,
        C.MONTH_PUBLISH,
        C.DOCUMENT_DRAFT,
        C.DOCUMENT_REVIEW,
        C.LEDGER_IMPORT,
        C.REGISTER_EDIT,
        C.FILING_REVIEW,
        C.FILING_TYPE_EDIT,
        C.ORGANIZATION_MERGE,
        C.ID_REVEAL,
        C.RETURN_ACCEPT,
        C.RETURN_REOPEN,
        C.DOUBT_JUDGE,
        C.REPORT_ASSESS,
        C.KEY_LIST_EDIT,
        C.KEY_LIST_CONFIRM,
        C.GUIDANCE_EDIT,
        C.BODY_CONFIRM,
        C.PLAN_EDIT,
        C.TRAINING_EDIT,
        C.INSPECTION_APPROVE,
        C.ITEM_LIST_EDIT,
        C.TEST_BUDGET_EDIT,
        C.DUTY_EDIT,
    }
    | _INSPECTOR,
    Role.BUREAU_SUPERVISOR: _BUREAU
    | {
        C.FINDING_CONCLUDE,
        C.EVIDENCE_ATTACH,
        C.NOTICE_EDIT,
        C.MONTH_CLOSE,
        C.DOCUMENT_DRAFT,
        C.LEDGER_IMPORT,
        C.REGISTER_EDIT,
        C.FILING_REVIEW,
        C.RETURN_ACCEPT,
        C.DOUBT_JUDGE,
        C.REPORT_ASSESS,
        C.KEY_LIST_EDIT,
        C.GUIDANCE_EDIT,
        C.PLAN_EDIT,
        C.TRAINING_EDIT,
        C.DUTY_EDIT,
    }
    | _INSPECTOR,
    Role.BUREAU_LEADER: _BUREAU
    | {
        C.MONTH_CONFIRM,
        C.DOCUMENT_SIGN,
        C.DOCUMENT_WITHDRAW,
        C.INTERVIEW_DECIDE,
        C.RETURN_REOPEN,
        C.KEY_LIST_CONFIRM,
        C.INSPECTION_APPROVE,
        C.DRAW_WITNESS,
    },
    Role.BUREAU_LEGAL: _BUREAU | {C.DOCUMENT_REVIEW, C.DRAW_WITNESS},
    Role.COUNTY_REPORTER: _COUNTY
    | {
        C.REGISTER_EDIT,
        C.RETURN_FILL,
        C.DOUBT_EXPLAIN,
        C.REPORT_FILE,
        C.TASK_ANSWER,
        C.BODY_SUBMIT,
        C.PLAN_EDIT,
        C.TRAINING_EDIT,
    },
    Role.COUNTY_REVIEWER: _COUNTY
    | {
        C.RETURN_REVIEW,
        C.DOUBT_EXPLAIN,
        C.BODY_SUBMIT,
        C.ID_REVEAL,
        C.TASK_ANSWER,
        C.INSPECTION_APPROVE,
        C.INSPECTION_REVIEW,
        C.NOTICE_REGISTER,
        C.DRAW_WITNESS,
        C.TEST_BUDGET_EDIT,
    },
    Role.COUNTY_SUPERVISOR: _COUNTY
    | {
        C.FINDING_CONCLUDE,
        C.EVIDENCE_ATTACH,
        C.NOTICE_EDIT,
        C.REGISTER_EDIT,
        C.FILING_REVIEW,
        C.TASK_ANSWER,
        C.PLAN_EDIT,
        C.TRAINING_EDIT,
    }
    | _INSPECTOR,
    Role.LEGAL_PERSON_REPORTER: _UNIT | {C.NOTICE_REPLY, C.REPORT_VIEW, C.REPORT_FILE, C.TASK_ANSWER},
    Role.UNIT_CONTACT: _UNIT | {C.NOTICE_REPLY},
    # 国办发〔2024〕54号: a third party may help, never conclude.
    Role.ASSISTANT: frozenset(
        {C.PROJECT_VIEW, C.FINDING_VIEW, C.EVIDENCE_ATTACH, C.TODO_VIEW, C.INSPECTION_VIEW, C.FIELD_USE}
    ),
    Role.DISCIPLINE_INSPECTOR: _READS
    | {C.MONTH_VIEW, C.AUDIT_VIEW, C.LEDGER_EXPORT, C.TODO_VIEW, C.DRAW_WITNESS},
}

FAMILIES: dict[Role, Family] = {
    Role.SYSTEM_ADMIN: Family.SYSTEM,
    Role.SECURITY_ADMIN: Family.SECURITY,
    Role.AUDIT_ADMIN: Family.AUDIT,
}

CITY_ROLES = frozenset(
    {
        Role.SYSTEM_ADMIN,
        Role.SECURITY_ADMIN,
        Role.AUDIT_ADMIN,
        Role.BUREAU_CHIEF,
        Role.BUREAU_SUPERVISOR,
        Role.BUREAU_LEADER,
        Role.BUREAU_LEGAL,
        Role.ASSISTANT,
        Role.DISCIPLINE_INSPECTOR,
    }
)
COUNTY_ROLES = frozenset({Role.COUNTY_REPORTER, Role.COUNTY_REVIEWER, Role.COUNTY_SUPERVISOR})
ORGANIZATION_ROLES = frozenset({Role.LEGAL_PERSON_REPORTER, Role.UNIT_CONTACT})


def family_of(role: str) -> Family:
    """The exclusion family of a role."""
    return FAMILIES.get(Role(role), Family.BUSINESS)


def may(role: str, capability: Capability) -> bool:
    """Whether the role allows it."""
    return capability in CAPABILITIES[Role(role)]


def holders(capability: Capability) -> list[Role]:
    """The roles that allow it, for the page that says who may."""
    return [role for role in Role if capability in CAPABILITIES[role]]


def fits_level(role: str, level: str) -> bool:
    """A bureau role belongs to the city level, a county role to a county or zone; units fit anywhere."""
    if Role(role) in CITY_ROLES:
        return level == Level.CITY
    if Role(role) in COUNTY_ROLES:
        return level != Level.CITY
    return True
