"""What each document is built from: plain frozen facts, filled from the database by the caller.

Every number, name and table of a document comes from here and cannot be typed over; what a drafter may
edit is the ``prose`` that the builders take beside the facts. Lists are printed in the order given, so
the caller sorts them (rankings by ``display_tie_break``). Scores are exact ``Decimal`` already rounded
to what is to be printed. Dates are local (Asia/Shanghai), datetimes aware.
``codec.to_json`` / ``from_json`` carry all of these through JSON without loss.
"""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from core.month import ReportingMonth


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What stands around the text of any document.

    ``organ`` is the issuing organ (发文机关) as it signs; the red mark is derived from it by the format.
    ``number`` is None until sign-off: the document then prints as a draft, without a seal.
    ``is_letter`` chooses 信函格式 and follows the number series (代字); the default is 文件格式.
    """

    organ: str
    addressees: tuple[str, ...]
    printer: str = ""
    cc: tuple[str, ...] = ()
    number: str | None = None
    date: dt.date | None = None
    print_date: dt.date | None = None
    is_letter: bool = False
    note: str = ""
    is_demo_seal: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Whom the receiver may call; ``name`` is an office or a person."""

    name: str
    phone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemHead:
    """One rubric item as it is printed: ``id`` A1…, full marks ``max_points``."""

    id: str
    name: str
    category: str
    max_points: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemPoints:
    """A county's points for one item; None means not applicable (缺项)."""

    item_id: str
    points: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LostPoints:
    """A main deduction: the item and how many points were lost."""

    item_id: str
    item_name: str
    lost: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjustment:
    """A bonus, penalty or red line that applied, e.g. id ``P1``, effect ``+1.0`` or ``最高59.9分``."""

    id: str
    name: str
    effect: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CountyScore:
    """One row of the ranking. ``final`` and ``rank`` are None for a county with insufficient data."""

    county: str
    final: Decimal | None
    previous: Decimal | None
    grade: str
    rank: int | None
    main_losses: tuple[LostPoints, ...] = ()
    points: tuple[ItemPoints, ...] = ()
    adjustments: tuple[Adjustment, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthTotals:
    """City-wide counts of one month; a count of 0 is printed as such or left out of the sentence."""

    projects_under_way: int
    projects_planned: int
    returns_due: int
    returns_on_time: int
    city_inspections: int
    county_inspections: int
    management_findings: int
    physical_findings: int
    general_findings: int
    serious_findings: int
    grave_findings: int
    findings_due: int
    findings_closed_on_time: int
    overdue_findings: int
    notices_issued: int
    reminder_letters: int
    interviews: int
    test_batches: int
    failed_test_batches: int
    clues_transferred: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AspectCount:
    """Findings of the month under one of the eleven aspects (十一个方面)."""

    aspect: str
    findings: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A party on the red or black list with the reasons that the rubric gave.

    ``role`` is empty for a county, else 项目法人, 施工单位, 监理单位 …; ``project`` may be empty.
    """

    name: str
    reasons: tuple[str, ...]
    role: str = ""
    county: str = ""
    project: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listings:
    """红黑榜: management listings of one month, in print order."""

    red_counties: tuple[Listed, ...] = ()
    red_legal_persons: tuple[Listed, ...] = ()
    red_units: tuple[Listed, ...] = ()
    black_counties: tuple[Listed, ...] = ()
    black_legal_persons: tuple[Listed, ...] = ()
    black_units: tuple[Listed, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionScore:
    """One section of the duty-inspection sheet."""

    name: str
    points: Decimal
    max_points: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyInspectionResult:
    """Result of a duty inspection (履职检查): ``result`` is the printed verdict, e.g. 合格."""

    county: str
    inspected_on: dt.date
    score: Decimal
    result: str
    sections: tuple[SectionScore, ...] = ()
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TypicalProblem:
    """A problem named in the text, grouped by ``party_kind`` (项目法人, 施工单位 …); ``severity`` is 一般 …"""

    party_kind: str
    county: str
    project: str
    text: str
    severity: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemRow:
    """One row of the problem list (问题清单). ``state`` is the printed state, e.g. 整改中."""

    county: str
    project: str
    unit: str
    text: str
    severity: str
    due_date: dt.date | None
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeySupervisionEntry:
    """One row of the list of key supervision objects (重点监管对象名单)."""

    county: str
    project: str
    legal_person: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InterviewArranged:
    """A county to be interviewed and every trigger, as printed."""

    county: str
    triggers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthlyCircularFacts:
    """The monthly circular (月度通报). ``report_due`` is the day by which counties answer it."""

    envelope: Envelope
    month: ReportingMonth
    rubric_title: str
    totals: MonthTotals
    scores: tuple[CountyScore, ...]
    items: tuple[ItemHead, ...]
    listings: Listings
    report_due: dt.date
    aspects: tuple[AspectCount, ...] = ()
    duty_inspections: tuple[DutyInspectionResult, ...] = ()
    interviews: tuple[InterviewArranged, ...] = ()
    typical_problems: tuple[TypicalProblem, ...] = ()
    problems: tuple[ProblemRow, ...] = ()
    key_supervision: tuple[KeySupervisionEntry, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CriticismFacts:
    """A criticism circular (通报批评) of one county's water department for an unqualified month.

    ``red_lines`` are the names of the red lines hit; ``subject`` is the department, e.g. 平武县水利局.
    """

    envelope: Envelope
    month: ReportingMonth
    county: str
    subject: str
    score: CountyScore
    report_due: dt.date
    red_lines: tuple[str, ...] = ()
    duty_inspection: DutyInspectionResult | None = None
    problems: tuple[ProblemRow, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeFinding:
    """A finding in a rectification notice: what was seen where, the clause, and what to do by when."""

    code: str
    unit: str
    part: str
    fact: str
    basis: str
    severity: str
    requirement: str
    due_date: dt.date


@dataclass(frozen=True, slots=True, kw_only=True)
class RectificationNoticeFacts:
    """A rectification notice (整改通知书) after one inspection of one project."""

    envelope: Envelope
    project: str
    county: str
    inspection_kind: str
    inspection_number: str
    inspected_from: dt.date
    inspected_to: dt.date
    officers: tuple[str, ...]
    findings: tuple[NoticeFinding, ...]
    reply_due: dt.date
    contact: Contact


@dataclass(frozen=True, slots=True, kw_only=True)
class InterviewNoticeFacts:
    """An interview notice (约谈通知书) to the party ``subject``.

    ``starts_at`` is aware and printed in Shanghai time.

    ``triggers`` are all reasons, as sentences without a final full stop.
    """

    envelope: Envelope
    subject: str
    month: ReportingMonth
    triggers: tuple[str, ...]
    starts_at: dt.datetime
    place: str
    host: str
    persons_required: tuple[str, ...]
    participants: tuple[str, ...]
    report_due: dt.date
    contact: Contact


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderLetterFacts:
    """A reminder letter (提醒敦促函): why, which open matters, and the day feedback is due.

    ``matters`` are the causes as sentences without a final full stop.
    """

    envelope: Envelope
    subject: str
    month: ReportingMonth
    matters: tuple[str, ...]
    feedback_due: dt.date
    contact: Contact
    overdue: tuple[ProblemRow, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class YearPlanTask:
    """One task of the year plan; ``owner`` is who must do it, as printed."""

    number: int
    title: str
    content: str
    owner: str
    due_on: dt.date
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class YearPlanFacts:
    """The year's key points of quality supervision (年度质量监督要点).

    ``overall`` and ``requirements`` are the plan's own prose and the first wording of the document's. ``revision`` tells
    whether the plan was edited after the draft was made.
    """

    envelope: Envelope
    year: int
    title: str
    revision: int
    overall: str
    requirements: str
    tasks: tuple[YearPlanTask, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyObjectRow:
    """One project on the list of key objects; ``risk_class`` is the letter alone."""

    county: str
    project: str
    legal_person: str
    risk_class: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyObjectListFacts:
    """The list of key objects of a period (重点监管对象名单).

    ``period`` is as printed, e.g. 2023年第四季度. ``classified`` counts the projects under way on ``as_of``, by class
    from D to A. ``joined`` and ``left`` compare with the list before; both are None for the first list.
    """

    envelope: Envelope
    period: str
    as_of: dt.date
    rules_title: str
    classified: tuple[int, int, int, int]
    entries: tuple[KeyObjectRow, ...]
    legal_persons: int
    joined: int | None = None
    left: tuple[str, ...] | None = None
