"""The cockpit of one month: what blocks the close and who must act, results, lists, proposals, documents."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from accounts.models import RoleAssignment
from accounts.roles import Capability
from core.components import Step
from core.month import ReportingMonth
from enforcement.measure_chips import criticism_chip, interview_chip, letter_chip
from enforcement.models import CriticismProposal, Interview, ReminderLetter
from enforcement.selectors.measures import trigger_sentences
from inspections.enums import FindingState
from projects.models import MonthlyReturn
from reports.enums import DocumentKind, DocumentState
from reports.models import Document
from reports.selectors.month_frame import RUN_SUBJECT, MonthFrame, month_frame
from reports.selectors.month_steps import life_steps, month_url
from reports.selectors.month_work import MonthWork, findings_of_month_url, month_work
from scoring.enums import ListColour, ListSubject, RunState
from scoring.models import CountyScore, Listing, ScoreRun
from scoring.selectors.months import Blocker, close_blockers
from scoring.selectors.scores import listed_scores
from scoring.services.closing import CLOSE, CORRECT
from tenancy.enums import JobState
from tenancy.models import Job


@dataclass(frozen=True)
class Obstacle:
    """A blocker with who must act and where."""

    sentence: str
    is_hard: bool
    counties: str
    who: str
    url: str = ""
    link_text: str = ""


@dataclass(frozen=True)
class Proposed:
    """A proposal of the month."""

    kind: str
    county: str
    reason: str
    chip: SafeString
    url: str


@dataclass(frozen=True)
class ListGroup:
    """One list of one kind of subjects."""

    subject: str
    colour: str
    rows: list[Listing]
    is_of_counties: bool = False


@dataclass(frozen=True)
class Acts:
    """What this person may do now; `why_not` is the sentence where a rule of persons or dates forbids the next step."""

    close: bool = False
    confirm: bool = False
    publish: bool = False
    correct: bool = False
    why_not: str = ""


@dataclass(frozen=True)
class MonthPage:
    """Everything on the cockpit."""

    frame: MonthFrame
    work: MonthWork
    steps: list[Step]
    obstacles: list[Obstacle]
    scores: list[CountyScore]
    lists: list[ListGroup]
    proposals: list[Proposed]
    documents: list[Document]
    revisions: list[ScoreRun]
    job: Job | None
    acts: Acts


def month_page(month: ReportingMonth, assignment: RoleAssignment, *, at: dt.datetime) -> MonthPage:
    """Read the cockpit. The number of queries does not depend on the number of counties or records."""
    frame = month_frame(month)
    run = frame.run
    work = month_work(month, frame.timeline)
    blockers = close_blockers(month, at=at) if run is None else []
    documents = _documents(month)
    job = _job(month, run)
    return MonthPage(
        frame=frame,
        work=work,
        steps=life_steps(frame, work, as_of=timezone.localdate(at)),
        obstacles=[_obstacle(one, month) for one in blockers],
        scores=_scores(run),
        lists=lists_of(run),
        proposals=_proposals(month),
        documents=documents,
        revisions=list(ScoreRun.objects.filter(month=month.first).defer("statistics").order_by("-revision")),
        job=job,
        acts=_acts(frame, blockers, job, assignment, at),
    )


def _scores(run: ScoreRun | None) -> list[CountyScore]:
    return list(listed_scores().filter(run=run).order_by("display_order")) if run is not None else []


_WHO: dict[str, str] = {
    "early": "到期后由市局结账",
    "unknown": "市局监督员更正认定记录",
    "ground": "系统管理员载入细则或日历",
    "missing": "县局填报员、审核人",
    "returned": "县局填报员补正",
    "waiting": "市局监督员受理",
    "drafts": "监督员确认或撤销",
    "gap": "市局决定是否先补结上月",
    "order": "市局知悉",
    "provisional": "市局知悉",
}


def _obstacle(blocker: Blocker, month: ReportingMonth) -> Obstacle:
    url, text = "", ""
    if blocker.code in ("missing", "returned", "waiting"):
        url, text = month_url(month, "#work"), "查看报送情况"
    elif blocker.code == "drafts":
        url, text = findings_of_month_url(month, state=FindingState.DRAFT.value), "查看草稿"
    elif blocker.code == "gap":
        url, text = month_url(month.previous()), f"{month.previous().label}月结"
    elif blocker.code == "ground":
        url, text = reverse("scoring:rubric"), "评分细则"
    return Obstacle(
        sentence=blocker.sentence,
        is_hard=blocker.is_hard,
        counties="、".join(blocker.counties),
        who=_WHO.get(blocker.code, "市局"),
        url=url,
        link_text=text,
    )


def lists_of(run: ScoreRun | None) -> list[ListGroup]:
    """红黑榜 of a run, by subject, red before black; empty before the close."""
    if run is None:
        return []
    groups: dict[tuple[str, str], list[Listing]] = defaultdict(list)
    rows = Listing.objects.filter(run=run).select_related("jurisdiction", "organization").order_by("position")
    for row in rows:
        groups[row.subject, row.colour].append(row)
    return [
        ListGroup(
            subject.label, colour.value, groups[subject.value, colour.value], subject == ListSubject.COUNTY
        )
        for subject in ListSubject
        for colour in ListColour
        if groups[subject.value, colour.value]
    ]


def _proposals(month: ReportingMonth) -> list[Proposed]:
    def of(model: Any, kind: str, column: str, chip: Any, view: str) -> list[Proposed]:
        rows = model.objects.filter(month=month.first).select_related("jurisdiction")
        return [
            Proposed(
                kind,
                row.jurisdiction.short_name,
                "；".join(trigger_sentences(getattr(row, column))),
                chip(row),
                reverse(view, args=[row.pk]),
            )
            for row in rows.order_by("jurisdiction__unit_order")
        ]

    return [
        *of(Interview, "约谈", "triggers", interview_chip, "enforcement:interview-detail"),
        *of(CriticismProposal, "通报批评", "reasons", criticism_chip, "enforcement:criticism-detail"),
        *of(ReminderLetter, "提醒敦促函", "reasons", letter_chip, "enforcement:letter-detail"),
    ]


def _documents(month: ReportingMonth) -> list[Document]:
    rows = Document.objects.filter(month=month.first).exclude(state=DocumentState.DISCARDED)
    return list(rows.defer("facts", "prose", "content").order_by("kind", "-drafted_at"))


def _job(month: ReportingMonth, run: ScoreRun | None) -> Job | None:
    """The computation under way or failed; a done one is told by its result."""
    keys = Q(kind=CLOSE, key=str(month)) | Q(kind=CORRECT, key__startswith=f"{month}-r")
    return Job.objects.filter(keys).exclude(state=JobState.DONE).order_by("-created_at").first()


def _acts(
    frame: MonthFrame,
    blockers: Sequence[Blocker],
    job: Job | None,
    assignment: RoleAssignment,
    at: dt.datetime,
) -> Acts:
    run, may = frame.run, assignment.allows
    is_busy = job is not None and job.state != JobState.FAILED
    if is_busy:
        return Acts()
    if run is None:
        is_blocked = any(blocker.is_hard for blocker in blockers)
        return Acts(close=may(Capability.MONTH_CLOSE) and not is_blocked)
    correct = may(Capability.MONTH_CLOSE)
    if run.state == RunState.COMPUTED:
        why_not = _why_not_confirm(run, assignment, at)
        return Acts(confirm=may(Capability.MONTH_CONFIRM) and not why_not, correct=correct, why_not=why_not)
    if run.state == RunState.CONFIRMED:
        issued = frame.circular is not None and frame.circular.state == DocumentState.ISSUED
        why_not = "" if issued or not may(Capability.MONTH_PUBLISH) else "通报尚未印发，印发后才能公布。"
        return Acts(publish=may(Capability.MONTH_PUBLISH) and issued, correct=correct, why_not=why_not)
    return Acts(correct=correct)


def _why_not_confirm(run: ScoreRun, assignment: RoleAssignment, at: dt.datetime) -> str:
    if not assignment.allows(Capability.MONTH_CONFIRM):
        return ""
    if run.computed_by == assignment.user_id:
        return "您是本次计算人，须由他人核定。"
    if timezone.localdate(at) <= run.objection_until:
        until = run.objection_until
        return f"异议期至{until.year}年{until.month}月{until.day}日止，期满后才能核定。"
    return ""


def listed_runs() -> QuerySet[ScoreRun]:
    """Closed months with the counts that the list shows."""
    scores = CountyScore.objects.filter(run=OuterRef("pk")).order_by().values("run")
    interviews = Interview.objects.filter(month=OuterRef("month")).order_by().values("month")
    circulars = Document.objects.filter(
        kind=DocumentKind.CIRCULAR, subject_kind=RUN_SUBJECT, subject_id=OuterRef("pk")
    ).exclude(state__in=[DocumentState.WITHDRAWN, DocumentState.DISCARDED])
    rows = ScoreRun.objects.exclude(state=RunState.SUPERSEDED).annotate(
        county_count=Coalesce(Subquery(scores.annotate(n=Count("pk")).values("n")), 0),
        scored_count=Coalesce(
            Subquery(scores.filter(status="SCORED").annotate(n=Count("pk")).values("n")), 0
        ),
        interview_count=Coalesce(Subquery(interviews.annotate(n=Count("pk")).values("n")), 0),
        circular_state=Subquery(circulars.values("state")[:1]),
        circular_number=Subquery(circulars.values("number")[:1]),
    )
    return rows.defer("statistics").select_related("rubric")


def open_months() -> list[ReportingMonth]:
    """Months with records that have no run, newest first: from the first month with a return up to the last."""
    closed = set(ScoreRun.objects.exclude(state=RunState.SUPERSEDED).values_list("month", flat=True))
    months = MonthlyReturn.objects.order_by("-month").values_list("month", flat=True).distinct()
    return [ReportingMonth.of(month) for month in months if month not in closed]
