"""Who may open what: the policy that the route × role × relation matrix is generated from.

Written by hand and independent of the code: a route that is missing here fails the build, and so does a role that gets
an answer which this table does not promise. `opens` are the roles that may; all others are refused.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from accounts.roles import Role

SYSTEM, SECURITY, AUDIT = Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN
CHIEF, SUPERVISOR, LEADER, LEGAL = (
    Role.BUREAU_CHIEF,
    Role.BUREAU_SUPERVISOR,
    Role.BUREAU_LEADER,
    Role.BUREAU_LEGAL,
)
DISCIPLINE, ASSISTANT = Role.DISCIPLINE_INSPECTOR, Role.ASSISTANT

EVERYBODY = frozenset(Role)
BUREAU = frozenset({CHIEF, SUPERVISOR, LEADER, LEGAL})
COUNTY = frozenset({Role.COUNTY_REPORTER, Role.COUNTY_REVIEWER, Role.COUNTY_SUPERVISOR})
UNITS = frozenset({Role.LEGAL_PERSON_REPORTER, Role.UNIT_CONTACT})
BUSINESS = BUREAU | COUNTY | UNITS | {ASSISTANT, DISCIPLINE}
READERS = BUREAU | COUNTY | {DISCIPLINE}
PEOPLE = frozenset({SYSTEM, SECURITY})
WORKERS = BUREAU | COUNTY | {SYSTEM}
REPORT_READERS = READERS | {Role.LEGAL_PERSON_REPORTER}
REPORT_FILERS = frozenset({Role.COUNTY_REPORTER, Role.LEGAL_PERSON_REPORTER})
DECIDERS = frozenset({CHIEF, LEADER})
ACCEPTERS = frozenset({CHIEF, SUPERVISOR})
FILLERS = frozenset({Role.COUNTY_REPORTER})
REVIEWERS = frozenset({Role.COUNTY_REVIEWER})
REVIEWERS_OF_FILINGS = frozenset({CHIEF, SUPERVISOR, Role.COUNTY_SUPERVISOR})
ID_READERS = frozenset({CHIEF, Role.COUNTY_REVIEWER})
REGISTRARS = frozenset({CHIEF, SUPERVISOR, Role.COUNTY_REPORTER, Role.COUNTY_SUPERVISOR})
_MONTH = (("month", "2023-09"),)
_YEAR = (("year", 2023),)
CHECK_READERS = READERS | {ASSISTANT}
WITNESSES = BUREAU | {Role.COUNTY_REVIEWER, Role.COUNTY_SUPERVISOR, DISCIPLINE}
CHECKERS = frozenset({CHIEF, SUPERVISOR, Role.COUNTY_SUPERVISOR})
_PLANNERS = frozenset({CHIEF, SUPERVISOR, Role.COUNTY_REPORTER, Role.COUNTY_SUPERVISOR})
_BODY_FILERS = frozenset({Role.COUNTY_REPORTER, Role.COUNTY_REVIEWER})


@dataclass(frozen=True)
class Route:
    """One address.

    opens: the roles that may. subject: the kind of object that its arguments name (see matrix.py), "" for pages without
    one. unsafe: POST only. public: for people who have not signed in. is_open_to_all: says the same ("no document yet")
    for a stranger's subject as for one that does not exist, with 200 instead of 404. arguments: further parts of the
    address that name no object (a month, an act). is_api: a program asks, on an enrolled tablet; it is told 401 and never
    sent to a page. is_put: takes PUT instead of POST.
    """

    opens: frozenset[Role] = EVERYBODY
    subject: str = ""
    unsafe: bool = False
    public: bool = False
    is_open_to_all: bool = False
    is_api: bool = False
    is_put: bool = False
    arguments: tuple[tuple[str, str | int], ...] = ()


FIELD = frozenset({CHIEF, SUPERVISOR, Role.COUNTY_SUPERVISOR, ASSISTANT})
SEERS = READERS | {ASSISTANT}

ROUTES: dict[str, Route] = {
    # The tablet's interface; held, revoked and unknown tablets: tests/inspections/test_sync_api.py.
    "api:session": Route(public=True, is_api=True),
    "api:login": Route(public=True, is_api=True, unsafe=True),
    "api:logout": Route(is_api=True, unsafe=True),
    "api:enrol": Route(FIELD, is_api=True, unsafe=True),
    "api:device-state": Route(FIELD, is_api=True, unsafe=True),
    "api:package": Route(FIELD, is_api=True),
    "api:record": Route(FIELD, is_api=True, subject="field visit"),
    "api:submission": Route(FIELD, is_api=True, unsafe=True, arguments=(("pk", str(uuid.UUID(int=7))),)),
    "api:receipt": Route(FIELD, is_api=True, subject="submission"),
    "api:settle": Route(CHECKERS, is_api=True, subject="conflict", unsafe=True),
    "api:photo": Route(FIELD, is_api=True, subject="photo"),
    "api:chunk": Route(
        FIELD,
        is_api=True,
        subject="photo",
        unsafe=True,
        is_put=True,
        arguments=(("copy", "original"), ("position", 0)),
    ),
    "api:schema": Route(FIELD, is_api=True),
    # Tablets belong to an office; a photo is verified by whoever may read the inspection.
    "devices:device-list": Route(CHECKERS),
    "devices:device-detail": Route(CHECKERS, subject="device"),
    "devices:code-new": Route(CHECKERS),
    "devices:hold": Route(CHECKERS, subject="device"),
    "devices:release": Route(CHECKERS, subject="device"),
    "devices:revoke": Route(CHECKERS, subject="device"),
    "devices:bundle": Route(FIELD),
    "devices:photo-list": Route(SEERS),
    "devices:photo": Route(SEERS, subject="photo"),
    "devices:photo-file": Route(SEERS, subject="photo", arguments=(("copy", "original"),)),
    "healthz": Route(public=True),
    "readyz": Route(public=True),
    "accounts:login": Route(public=True),
    # The tablet's page and worker hold nobody's data.
    "field:shell": Route(public=True),
    "field:worker": Route(public=True),
    "accounts:logout": Route(unsafe=True),
    "accounts:change-password": Route(),
    "accounts:switch-role": Route(unsafe=True),
    "accounts:switch-text-size": Route(unsafe=True),
    "accounts:view-save": Route(unsafe=True),
    "accounts:view-forget": Route(unsafe=True),
    # People: the system administrator makes accounts, the security administrator gives roles; nobody does both.
    "accounts:person-list": Route(PEOPLE),
    "accounts:person-new": Route(frozenset({SYSTEM})),
    "accounts:person-detail": Route(PEOPLE, subject="person"),
    "accounts:password-reset": Route(frozenset({SYSTEM}), subject="person"),
    "accounts:role-grant": Route(frozenset({SECURITY}), subject="person"),
    "accounts:role-end": Route(frozenset({SECURITY}), subject="role"),
    # 数据疑点: the county explains its own, the bureau judges.
    "doubts:list": Route(READERS),
    "doubts:detail": Route(READERS, subject="doubt"),
    "doubts:explain": Route(frozenset({Role.COUNTY_REPORTER, Role.COUNTY_REVIEWER}), subject="doubt"),
    "doubts:clear": Route(frozenset({CHIEF, SUPERVISOR}), subject="doubt"),
    "doubts:error": Route(frozenset({CHIEF, SUPERVISOR}), subject="doubt"),
    "doubts:bulk": Route(frozenset({CHIEF, SUPERVISOR})),
    "doubts:run": Route(frozenset({CHIEF, SUPERVISOR}), unsafe=True),
    # Messages are one's own; the bureau's clerks see the delivery, the system administrator keeps the channels.
    "messaging:list": Route(),
    "messaging:read": Route(subject="message", unsafe=True),
    "messaging:read-all": Route(unsafe=True),
    "messaging:preferences": Route(),
    "messaging:dispatch-list": Route(frozenset({SYSTEM, CHIEF, SUPERVISOR})),
    "messaging:dispatch-resend": Route(frozenset({SYSTEM}), subject="dispatch"),
    "messaging:channel-list": Route(frozenset({SYSTEM})),
    "messaging:channel-new": Route(frozenset({SYSTEM})),
    "messaging:channel-edit": Route(frozenset({SYSTEM}), subject="channel"),
    "messaging:channel-test": Route(frozenset({SYSTEM}), subject="channel", unsafe=True),
    "home": Route(),
    "todos": Route(),
    "search": Route(BUSINESS),
    "projects:project-list": Route(BUSINESS),
    "projects:project-detail": Route(BUSINESS, subject="project"),
    "projects:project-bulk": Route(REGISTRARS),
    "projects:attachment-file": Route(BUSINESS, subject="attachment"),
    # The register: the county's own people and the bureau's; the supervision level decides nothing.
    "projects:project-new": Route(REGISTRARS),
    "projects:project-edit": Route(REGISTRARS, subject="project"),
    "reports:project-file": Route(READERS, subject="project"),
    "reports:project-file-download": Route(READERS, subject="project file"),
    "projects:project-remove": Route(REGISTRARS, subject="project"),
    "projects:project-position": Route(REGISTRARS, subject="project"),
    "projects:project-position-map": Route(REGISTRARS, subject="project"),
    "projects:record-add": Route(REGISTRARS, subject="project", arguments=(("kind", "sections"),)),
    "projects:record-edit": Route(REGISTRARS, subject="section", arguments=(("kind", "sections"),)),
    "projects:record-remove": Route(REGISTRARS, subject="section", arguments=(("kind", "sections"),)),
    "projects:section-progress": Route(BUSINESS, subject="section"),
    "projects:attachment-add": Route(REGISTRARS, subject="project"),
    "projects:attachment-remove": Route(REGISTRARS, subject="attachment"),
    "projects:filing-list": Route(READERS),
    "projects:filing-review": Route(REVIEWERS_OF_FILINGS, subject="filing"),
    "projects:filing-type-list": Route(REVIEWERS_OF_FILINGS),
    "projects:filing-type-new": Route(frozenset({CHIEF})),
    "projects:filing-type-defaults": Route(frozenset({CHIEF}), unsafe=True),
    "projects:filing-type-edit": Route(frozenset({CHIEF}), subject="filing type"),
    # The county's pages of its returns; the bureau reads them.
    "returns:return-list": Route(READERS),
    "returns:return-detail": Route(READERS, subject="return"),
    "returns:return-header": Route(READERS, subject="return"),
    "returns:return-row": Route(READERS, subject="return row"),
    "returns:return-files": Route(READERS, subject="return"),
    "returns:return-history": Route(READERS, subject="return"),
    "returns:return-compare": Route(READERS, subject="return"),
    "returns:return-version": Route(READERS, subject="return", arguments=(("number", 1),)),
    "returns:return-print": Route(READERS, subject="return"),
    "returns:return-save": Route(FILLERS, subject="return", unsafe=True),
    "reports:return-template": Route(FILLERS, subject="return"),
    "reports:return-upload": Route(FILLERS, subject="return"),
    "reports:return-upload-detail": Route(FILLERS, subject="return upload"),
    "reports:return-upload-correct": Route(FILLERS, subject="return upload", unsafe=True),
    "reports:return-upload-apply": Route(FILLERS, subject="return upload", unsafe=True),
    "reports:return-upload-marked": Route(FILLERS, subject="return upload"),
    "reports:return-upload-undo": Route(FILLERS, subject="written upload"),
    "returns:line-add": Route(FILLERS, subject="return"),
    "returns:line-remove": Route(FILLERS, subject="return row"),
    "returns:return-file-remove": Route(FILLERS, subject="return file"),
    "returns:return-check": Route(FILLERS | REVIEWERS, subject="return"),
    "returns:return-reopen": Route(FILLERS | REVIEWERS, subject="return"),
    "returns:return-send-back": Route(REVIEWERS, subject="return"),
    "returns:desk": Route(BUREAU | {DISCIPLINE}),
    "returns:desk-month": Route(BUREAU | {DISCIPLINE}, arguments=_MONTH),
    "returns:desk-remind": Route(frozenset({CHIEF, SUPERVISOR}), arguments=_MONTH),
    "returns:desk-calls": Route(BUREAU | {DISCIPLINE}, arguments=_MONTH),
    "returns:desk-bulk": Route(ACCEPTERS, arguments=_MONTH),
    "returns:desk-return": Route(BUREAU | {DISCIPLINE}, subject="return"),
    "returns:desk-accept": Route(ACCEPTERS, subject="return"),
    "returns:desk-send-back": Route(ACCEPTERS, subject="return", unsafe=True),
    "returns:desk-remark": Route(ACCEPTERS, subject="return"),
    "returns:desk-reopenings": Route(BUREAU | {DISCIPLINE}),
    "returns:desk-reopening": Route(BUREAU | {DISCIPLINE}, subject="reopening"),
    # Organizations are the city's, but a county opens those that its own records name, a unit its own.
    "organizations:organization-list": Route(BUSINESS),
    "organizations:organization-new": Route(REGISTRARS),
    "organizations:organization-detail": Route(BUSINESS, subject="organization"),
    "organizations:organization-edit": Route(REGISTRARS, subject="organization"),
    "organizations:duplicate-list": Route(frozenset({CHIEF})),
    "organizations:organization-merge": Route(frozenset({CHIEF}), subject="organization"),
    "organizations:unit-new": Route(REGISTRARS, subject="project"),
    "organizations:unit-edit": Route(REGISTRARS, subject="unit"),
    "organizations:unit-end": Route(REGISTRARS, subject="unit"),
    "organizations:unit-withdraw": Route(REGISTRARS, subject="unit"),
    "organizations:person-list": Route(BUSINESS),
    "organizations:person-detail": Route(BUSINESS, subject="key person"),
    "organizations:person-new": Route(REGISTRARS, subject="unit"),
    "organizations:person-edit": Route(REGISTRARS, subject="key person"),
    "organizations:person-end": Route(REGISTRARS, subject="key person"),
    # An identity number is read by two roles only, with a reason that goes on the trail.
    "organizations:person-reveal": Route(ID_READERS, subject="key person"),
    "organizations:commitment-reveal": Route(ID_READERS, subject="commitment"),
    "organizations:liability-list": Route(READERS),
    "organizations:liability-register": Route(READERS, subject="project"),
    "organizations:liability-print": Route(READERS, subject="project"),
    "organizations:plaque-edit": Route(REGISTRARS, subject="project"),
    "organizations:commitment-new": Route(REGISTRARS, subject="unit"),
    "organizations:commitment-blank": Route(READERS, subject="unit"),
    "organizations:commitment-replace": Route(REGISTRARS, subject="commitment"),
    "organizations:commitment-scan": Route(REGISTRARS, subject="commitment"),
    "organizations:commitment-print": Route(READERS, subject="commitment"),
    "inspections:finding-list": Route(BUSINESS),
    "inspections:finding-detail": Route(BUSINESS, subject="finding"),
    # A third party may help, never conclude.
    "inspections:evidence-add": Route(
        frozenset({CHIEF, SUPERVISOR, Role.COUNTY_SUPERVISOR, ASSISTANT}), subject="finding"
    ),
    "inspections:evidence-file": Route(BUSINESS, subject="evidence"),
    "enforcement:notice-list": Route(READERS | UNITS),
    "enforcement:notice-detail": Route(READERS | UNITS, subject="notice"),
    "enforcement:interview-list": Route(READERS),
    "enforcement:interview-detail": Route(READERS, subject="interview"),
    "enforcement:interview-act": Route(DECIDERS, subject="interview", arguments=(("act", "approve"),)),
    "enforcement:criticism-list": Route(READERS),
    "enforcement:criticism-detail": Route(READERS, subject="criticism"),
    "enforcement:criticism-act": Route(DECIDERS, subject="criticism", arguments=(("act", "approve"),)),
    "enforcement:letter-list": Route(READERS),
    "enforcement:letter-detail": Route(READERS, subject="letter"),
    "enforcement:letter-act": Route(DECIDERS, subject="letter", arguments=(("act", "decline"),)),
    # Year plan and guidance: the bureau writes, counties and units answer what they were given.
    "guidance:plan-list": Route(READERS),
    "guidance:plan-new": Route(frozenset({CHIEF, SUPERVISOR})),
    "guidance:plan-detail": Route(READERS, subject="year plan"),
    "guidance:plan-edit": Route(frozenset({CHIEF, SUPERVISOR}), subject="year plan"),
    "guidance:plan-task-add": Route(frozenset({CHIEF, SUPERVISOR}), subject="year plan"),
    "guidance:task-edit": Route(frozenset({CHIEF, SUPERVISOR}), subject="plan task"),
    "guidance:task-discard": Route(frozenset({CHIEF, SUPERVISOR}), subject="plan task"),
    "guidance:assignment-list": Route(READERS | {Role.LEGAL_PERSON_REPORTER}),
    "guidance:assignment-detail": Route(READERS | {Role.LEGAL_PERSON_REPORTER}, subject="assignment"),
    "guidance:assignment-answer": Route(READERS | {Role.LEGAL_PERSON_REPORTER}, subject="assignment"),
    "guidance:assignment-accept": Route(frozenset({CHIEF, SUPERVISOR}), subject="assignment"),
    "guidance:assignment-return": Route(frozenset({CHIEF, SUPERVISOR}), subject="assignment"),
    "guidance:evidence-add": Route(READERS | {Role.LEGAL_PERSON_REPORTER}, subject="assignment"),
    "guidance:evidence-file": Route(READERS | {Role.LEGAL_PERSON_REPORTER}, subject="task evidence"),
    "guidance:month-plan-list": Route(READERS),
    "guidance:month-plan": Route(READERS, subject="place", arguments=_MONTH),
    "guidance:month-plan-edit": Route(_PLANNERS, subject="place", arguments=_MONTH),
    "guidance:month-plan-publish": Route(_PLANNERS, subject="place", arguments=_MONTH),
    "guidance:month-plan-change": Route(_PLANNERS, subject="place", arguments=_MONTH),
    "guidance:training-list": Route(READERS),
    "guidance:training-new": Route(_PLANNERS),
    "guidance:training-detail": Route(READERS, subject="training"),
    "guidance:training-edit": Route(_PLANNERS, subject="training"),
    "guidance:training-file-add": Route(_PLANNERS, subject="training"),
    "guidance:body-list": Route(READERS),
    "guidance:body-open": Route(_BODY_FILERS, unsafe=True),
    "guidance:body-detail": Route(READERS, subject="body"),
    "guidance:body-edit": Route(_BODY_FILERS, subject="body"),
    "guidance:body-submit": Route(_BODY_FILERS, subject="body"),
    "guidance:body-confirm": Route(frozenset({CHIEF}), subject="body"),
    "guidance:body-return": Route(frozenset({CHIEF}), subject="body"),
    "guidance:campaign-list": Route(READERS | {Role.LEGAL_PERSON_REPORTER}),
    "guidance:campaign-new": Route(frozenset({CHIEF, SUPERVISOR})),
    "guidance:campaign-detail": Route(READERS | {Role.LEGAL_PERSON_REPORTER}, subject="campaign"),
    "guidance:campaign-print": Route(READERS | {Role.LEGAL_PERSON_REPORTER}, subject="campaign"),
    "guidance:campaign-edit": Route(frozenset({CHIEF, SUPERVISOR}), subject="campaign"),
    "guidance:campaign-launch": Route(frozenset({CHIEF, SUPERVISOR}), subject="campaign"),
    "guidance:campaign-remind": Route(frozenset({CHIEF, SUPERVISOR}), subject="campaign"),
    "guidance:campaign-close": Route(frozenset({CHIEF, SUPERVISOR}), subject="campaign"),
    "guidance:meeting-list": Route(READERS),
    "guidance:meeting-new": Route(frozenset({CHIEF, SUPERVISOR})),
    "guidance:meeting-detail": Route(READERS, subject="meeting"),
    "guidance:meeting-edit": Route(frozenset({CHIEF, SUPERVISOR}), subject="meeting"),
    "guidance:meeting-issue": Route(frozenset({CHIEF, SUPERVISOR}), subject="meeting"),
    "guidance:meeting-task-add": Route(frozenset({CHIEF, SUPERVISOR}), subject="meeting"),
    "guidance:meeting-file-add": Route(frozenset({CHIEF, SUPERVISOR}), subject="meeting"),
    "guidance:meeting-file": Route(READERS, subject="meeting file"),
    "legal_person_reports:report-list": Route(REPORT_READERS),
    "legal_person_reports:report-detail": Route(REPORT_READERS, subject="report"),
    "legal_person_reports:report-section": Route(
        REPORT_FILERS, subject="report", arguments=(("section", "progress"),)
    ),
    "legal_person_reports:report-submit": Route(REPORT_FILERS, subject="report"),
    "legal_person_reports:report-attach": Route(REPORT_FILERS, subject="report"),
    "legal_person_reports:report-return": Route(frozenset({CHIEF, SUPERVISOR}), subject="filed report"),
    "legal_person_reports:report-assess": Route(frozenset({CHIEF, SUPERVISOR}), subject="filed report"),
    # Year plans, the item list, how often firms were inspected.
    "plans:overview": Route(CHECK_READERS),
    "plans:coverage": Route(CHECK_READERS),
    "plans:item-list": Route(CHECK_READERS),
    "plans:item-new": Route(frozenset({CHIEF})),
    "plans:item-withdraw": Route(frozenset({CHIEF}), subject="inspection item"),
    "plans:cap-list": Route(CHECK_READERS),
    "plans:cap-set": Route(frozenset({CHIEF})),
    "plans:frequency": Route(CHECK_READERS),
    "plans:firm-visits": Route(CHECK_READERS, subject="organization"),
    "plans:year-plan": Route(CHECK_READERS, subject="place", arguments=_YEAR),
    "plans:year-plan-edit": Route(CHECKERS, subject="place", arguments=_YEAR),
    "plans:year-plan-publish": Route(CHECKERS, subject="place", arguments=_YEAR),
    # Arranging an inspection: who organizes it acts; the decider is another person (tests/inspections/test_planning.py).
    # The record at a desk; who ended an inspection does not review it (tests/inspections/test_concluding.py).
    "visits:inspection-list": Route(CHECK_READERS),
    "visits:inspection-detail": Route(CHECK_READERS, subject="visit"),
    "visits:catalogue": Route(CHECK_READERS),
    "visits:checklist-list": Route(CHECK_READERS),
    "visits:record": Route(CHECKERS, subject="visit"),
    "visits:finding-sibling": Route(
        CHECKERS, subject="visit", unsafe=True, arguments=(("key", str(uuid.UUID(int=7))),)
    ),
    "visits:conflicts": Route(CHECKERS | REVIEWERS, subject="visit"),
    "visits:conclude": Route(CHECKERS, subject="visit"),
    "visits:review": Route(CHECKERS | REVIEWERS, subject="visit"),
    "reports:register-sheet": Route(CHECK_READERS, subject="visit"),
    "reports:record-sheet": Route(CHECK_READERS, subject="visit"),
    "enforcement:notice-draft": Route(CHECKERS, subject="visit"),
    "enforcement:notice-act": Route(REVIEWERS, subject="county notice", arguments=(("act", "register"),)),
    "visits:arrange": Route(CHECKERS),
    "visits:arrange-draw": Route(CHECKERS, subject="draw of projects"),
    "visits:team-edit": Route(CHECKERS, subject="visit"),
    "visits:merge": Route(CHECKERS, subject="visit"),
    "visits:split": Route(CHECKERS, subject="visit"),
    "visits:void": Route(CHECKERS, subject="visit"),
    "visits:approval-request": Route(CHECKERS, subject="visit"),
    "visits:notice-issue": Route(CHECKERS, subject="visit"),
    "visits:approval-list": Route(CHECK_READERS),
    "visits:approval-decide": Route(CHECK_READERS, subject="approval"),
    "visits:notice-serve": Route(CHECKERS, subject="visit notice"),
    "reports:approval-sheet": Route(CHECK_READERS, subject="approval"),
    "reports:notice-sheet": Route(CHECK_READERS, subject="visit notice"),
    "reports:inspection-form-file": Route(CHECK_READERS, subject="inspection form"),
    # 双随机: a draft of a draw is the organizer's; who reads the directory of officers may witness.
    "draws:draw-list": Route(CHECK_READERS),
    "draws:draw-new": Route(CHECKERS),
    "draws:object-list": Route(CHECK_READERS),
    "draws:draw-detail": Route(CHECK_READERS, subject="draw"),
    "draws:draw-candidates": Route(CHECK_READERS, subject="draw"),
    "draws:draw-candidate": Route(CHECKERS, subject="draw"),
    "draws:draw-rebuild": Route(CHECKERS, subject="draw"),
    "draws:draw-freeze": Route(CHECKERS, subject="draw"),
    "draws:draw-witness": Route(WITNESSES, subject="draw"),
    "draws:draw-guest": Route(CHECKERS, subject="draw"),
    "draws:draw-commit": Route(CHECKERS, subject="draw"),
    "draws:draw-commitment": Route(CHECK_READERS, subject="draw"),
    "draws:draw-secret": Route(WITNESSES, subject="draw"),
    "draws:draw-run": Route(CHECKERS, subject="draw"),
    "draws:draw-screen": Route(CHECK_READERS, subject="draw"),
    "draws:draw-record": Route(CHECK_READERS, subject="draw"),
    "draws:draw-replay": Route(WITNESSES, subject="draw"),
    "draws:draw-void": Route(CHECKERS, subject="draw"),
    "draws:draw-publish": Route(CHECKERS, subject="draw"),
    "draws:draw-substitute": Route(CHECKERS, subject="drawn officer"),
    "draws:officer-list": Route(WITNESSES),
    "draws:officer-detail": Route(WITNESSES, subject="officer"),
    "draws:officer-new": Route(CHECKERS),
    "draws:officer-edit": Route(CHECKERS, subject="officer"),
    "draws:tie-new": Route(CHECKERS, subject="officer"),
    "draws:tie-end": Route(CHECKERS, subject="officer tie"),
    # For everybody: frozen publications of the city in the address, nothing else.
    "public:draw-list": Route(public=True, arguments=(("city", "mianyang"),)),
    "public:draw-rules": Route(public=True),
    "public:draw-file": Route(public=True, arguments=(("name", "replay_draw.py"),)),
    "public:draw-detail": Route(public=True, arguments=(("city", "mianyang"), ("number", "CQ-510726"))),
    # 监督检测: an office acts on its own commissions; the recorder of a report never confirms its finding.
    "tests:test-list": Route(CHECK_READERS),
    "tests:test-detail": Route(CHECK_READERS, subject="test"),
    "tests:handle": Route(CHECKERS, subject="test"),
    "tests:review": Route(CHECKERS | REVIEWERS, subject="test"),
    "test_reports:report": Route(CHECKERS, subject="test"),
    "tests:file": Route(CHECK_READERS, subject="test file"),
    "tests:budget-list": Route(CHECK_READERS),
    "tests:budget-edit": Route(frozenset({CHIEF}) | REVIEWERS),
    "tests:commission-list": Route(CHECK_READERS),
    "tests:commission-new": Route(CHECKERS),
    "tests:commission-detail": Route(CHECK_READERS, subject="commission"),
    "tests:commission-edit": Route(CHECKERS, subject="commission"),
    "tests:commission-sample": Route(CHECKERS, subject="commission"),
    "tests:commission-issue": Route(CHECKERS, subject="commission"),
    "tests:commission-sampling": Route(CHECKERS, subject="commission"),
    "tests:commission-cancel": Route(CHECKERS, subject="commission"),
    "scoring:score-list": Route(READERS),
    "scoring:score-detail": Route(READERS, subject="score"),
    "scoring:clause-detail": Route(READERS, subject="score", arguments=(("item", "A1"),)),
    "scoring:rubric": Route(READERS),
    # Risk classes and key objects: who changes an entry does not confirm (tests/scoring/test_key_lists.py).
    "scoring:risk-rules": Route(READERS),
    "scoring:risk-detail": Route(READERS, subject="risk"),
    "scoring:key-list-list": Route(READERS),
    "scoring:key-list-new": Route(frozenset({CHIEF, SUPERVISOR})),
    "scoring:key-list-detail": Route(READERS, subject="key list"),
    "scoring:key-list-changes": Route(READERS, subject="key list"),
    "scoring:key-list-entry": Route(frozenset({CHIEF, SUPERVISOR}), subject="draft risk"),
    "scoring:key-list-act": Route(
        frozenset({CHIEF, SUPERVISOR}), subject="key draft", arguments=(("act", "recompute"),)
    ),
    "scoring:key-list-confirm": Route(DECIDERS, subject="key draft"),
    # 招投标核查, 线索: the office that checked or identified acts; the bureau drafts the notice.
    "bidding:list": Route(CHECK_READERS),
    "bidding:new": Route(CHECKERS),
    "bidding:detail": Route(CHECK_READERS, subject="bidding"),
    "bidding:edit": Route(CHECKERS, subject="bidding"),
    "bidding:evidence-add": Route(CHECKERS, subject="bidding"),
    "bidding:file": Route(CHECK_READERS, subject="bidding file"),
    "enforcement:notice-of-bidding": Route(CHECKERS, subject="bidding"),
    "clues:list": Route(CHECK_READERS),
    "clues:new": Route(CHECKERS),
    "clues:detail": Route(CHECK_READERS, subject="clue"),
    "clues:edit": Route(CHECKERS, subject="clue"),
    "clues:transfer": Route(CHECKERS, subject="clue"),
    "clues:receipt": Route(CHECKERS, subject="clue"),
    "clues:of-finding": Route(CHECKERS, subject="finding"),
    # 履职检查: the bureau inspects, a county reads what was concluded.
    "scoring:duty-detail": Route(READERS, subject="duty"),
    "duty:list": Route(READERS),
    "duty:new": Route(frozenset({CHIEF, SUPERVISOR})),
    "duty:edit": Route(frozenset({CHIEF, SUPERVISOR}), subject="duty"),
    "duty:sheet": Route(frozenset({CHIEF, SUPERVISOR}), subject="duty"),
    "duty:conclude": Route(frozenset({CHIEF, SUPERVISOR}), subject="duty"),
    "duty:evidence-add": Route(frozenset({CHIEF, SUPERVISOR}), subject="duty item"),
    "duty:file": Route(CHECK_READERS, subject="duty file"),
    "reports:duty-print": Route(READERS, subject="duty"),
    "reports:duty-print-file": Route(READERS, subject="duty sheet"),
    "scoring:record-detail": Route(READERS, subject="record", arguments=(("kind", "plan"),)),
    "reports:batch-list": Route(BUREAU | {DISCIPLINE}),
    "reports:batch-detail": Route(BUREAU | {DISCIPLINE}, subject="batch"),
    "reports:batch-marked": Route(frozenset({CHIEF, SUPERVISOR}), subject="batch"),
    "reports:batch-undo": Route(frozenset({CHIEF, SUPERVISOR}), subject="batch"),
    "reports:ledger-upload": Route(frozenset({CHIEF, SUPERVISOR})),
    "reports:ledger-template": Route(BUREAU | {DISCIPLINE}),
    "reports:export-start": Route(BUREAU | {DISCIPLINE}, unsafe=True),
    "reports:export-download": Route(BUREAU | {DISCIPLINE}, subject="export"),
    "reports:month-list": Route(BUREAU | {DISCIPLINE}),
    "reports:month": Route(BUREAU | {DISCIPLINE}, arguments=_MONTH),
    "reports:month-close": Route(frozenset({CHIEF, SUPERVISOR}), arguments=_MONTH),
    "reports:month-correct": Route(frozenset({CHIEF, SUPERVISOR}), arguments=_MONTH),
    "reports:month-confirm": Route(DECIDERS, arguments=_MONTH),
    "reports:month-publish": Route(frozenset({CHIEF}), arguments=_MONTH),
    "reports:job-list": Route(WORKERS),
    "reports:job-detail": Route(WORKERS, subject="job"),
    "reports:job-progress": Route(WORKERS, subject="job"),
    "reports:job-retry": Route(WORKERS, subject="job", unsafe=True),
    "reports:audit-list": Route(frozenset({AUDIT, DISCIPLINE})),
    "reports:audit-verify": Route(frozenset({AUDIT, DISCIPLINE}), unsafe=True),
    "reports:audit-event": Route(frozenset({AUDIT, DISCIPLINE}), subject="event"),
    "reports:document-list": Route(READERS | UNITS),
    "reports:document-detail": Route(READERS | UNITS, subject="document"),
    "reports:document-pdf": Route(READERS | UNITS, subject="document"),
    "reports:document-for-subject": Route(READERS | UNITS, subject="document subject", is_open_to_all=True),
    "reports:delivery-acknowledge": Route(READERS | UNITS, subject="delivery", unsafe=True),
    "reports:document-edit": Route(frozenset({CHIEF, SUPERVISOR}), subject="document"),
    "reports:document-submit": Route(frozenset({CHIEF, SUPERVISOR}), subject="document", unsafe=True),
    "reports:document-discard": Route(frozenset({CHIEF, SUPERVISOR}), subject="document"),
    "reports:document-review": Route(frozenset({CHIEF, LEGAL}), subject="document", unsafe=True),
    "reports:document-preview": Route(BUREAU, subject="document", unsafe=True),
    "reports:document-return": Route(frozenset({CHIEF, LEGAL, LEADER}), subject="document"),
    "reports:document-sign": Route(frozenset({LEADER}), subject="document"),
    "reports:document-withdraw": Route(frozenset({LEADER}), subject="document"),
}
