"""What must always hold. Each invariant returns the records that break it; all of them return nothing.

Run by `verify_invariants`: nightly, after every restore, after every fault test.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.contrib.sessions.models import Session
from django.db import connection
from django.db.models import Count, Exists, F, Max, OuterRef, Q
from django.utils import timezone

from accounts.models import User
from audit.services import verify_chain
from core import canonical
from enforcement.enums import ISSUED_NOTICE_STATES
from enforcement.models import CriticismProposal, Interview, NoticeFinding
from inspections.models import Finding, Inspection
from projects.enums import ReopeningState, ReturnState
from projects.models import MonthlyReturn, ReturnReopening, ReturnVersion
from reports.enums import DocumentKind, DocumentState
from reports.models import Document, DocumentFile, NumberCounter
from scoring.enums import RunState
from scoring.models import CountyScore, ScoreRun
from scoring.services.recompute import replay
from tenancy.enums import JobState
from tenancy.models import City, Job

_JOB_PATIENCE = dt.timedelta(minutes=10)
_CORRECTION_PATIENCE = dt.timedelta(hours=2)
_LONG_TRANSACTION = "60 seconds"
_NUMBERED = (DocumentState.ISSUED, DocumentState.WITHDRAWN)

Check = Callable[[City, dt.datetime], Iterable[str]]
"""Names of the breaking records of one city; its scope is open."""


@dataclass(frozen=True, slots=True)
class Invariant:
    """`name` is stable for monitoring, `meaning` is for people."""

    name: str
    meaning: str
    check: Check


def _stray_findings(city: City, at: dt.datetime) -> Iterable[str]:
    """A finding of another county than its project, or of another project than its inspection."""
    return Finding.objects.filter(
        ~Q(jurisdiction_id=F("project__jurisdiction_id"))
        | (Q(inspection__isnull=False) & ~Q(project_id=F("inspection__project_id")))
    ).values_list("number", flat=True)


def _stray_inspections(city: City, at: dt.datetime) -> Iterable[str]:
    return Inspection.objects.exclude(jurisdiction_id=F("project__jurisdiction_id")).values_list(
        "number", flat=True
    )


def _months_not_once(city: City, at: dt.datetime) -> Iterable[str]:
    """A month with runs has exactly one in force, and revisions 1, 2, … without a gap."""
    rows = (
        ScoreRun.objects.order_by()
        .values("month")
        .annotate(
            live=Count("id", filter=~Q(state=RunState.SUPERSEDED)), runs=Count("id"), newest=Max("revision")
        )
    )
    return [f"{row['month']:%Y-%m}" for row in rows if row["live"] != 1 or row["runs"] != row["newest"]]


def _counties_not_once(city: City, at: dt.datetime) -> Iterable[str]:
    """Every county that a run was computed for has exactly one score in it."""
    broken = []
    for run in ScoreRun.objects.all():
        expected = sorted(one["id"] for one in run.statistics["inputs"]["counties"])
        scored = sorted(
            str(key) for key in CountyScore.objects.filter(run=run).values_list("jurisdiction_id", flat=True)
        )
        if expected != scored:
            broken.append(f"{run.month:%Y-%m} r{run.revision}")
    return broken


def _not_recomputable(city: City, at: dt.datetime) -> Iterable[str]:
    """Scores, ranks and lists are what the frozen facts and the frozen rubric give, byte by byte."""
    return [
        f"{run.month:%Y-%m} r{run.revision} {one.where} {one.what}"
        for run in ScoreRun.objects.select_related("rubric").order_by("month", "revision")
        for one in replay(run)
    ]


def _interviews_not_derived(city: City, at: dt.datetime) -> Iterable[str]:
    """Each county that a run in force interviews has its interview, and no interview stands on a score alone."""
    return _not_derived(Interview, "triggers", Q(is_interview=True))


def _criticisms_not_derived(city: City, at: dt.datetime) -> Iterable[str]:
    """Each unqualified county of a run in force has a proposed criticism."""
    due = _live_scores(Q(is_unqualified=True))
    present = set(CriticismProposal.objects.values_list("jurisdiction_id", "month"))
    return [f"{month:%Y-%m} {county}" for county, month in due - present]


def _not_derived(model: type[Interview], column: str, wanted: Q) -> list[str]:
    due = _live_scores(wanted)
    closed = set(ScoreRun.objects.exclude(state=RunState.SUPERSEDED).values_list("month", flat=True))
    rows = model.objects.values_list("jurisdiction_id", "month", column, "state")
    present = {(county, month) for county, month, _, _ in rows}
    by_score = {
        (county, month)
        for county, month, triggers, state in rows
        if month in closed
        and state == "PROPOSED"
        and triggers
        and all(isinstance(one, dict) and one.get("source") for one in triggers)
    }
    return [f"{month:%Y-%m} {county}" for county, month in (due - present) | (by_score - due)]


def _live_scores(wanted: Q) -> set[tuple[object, dt.date]]:
    rows = CountyScore.objects.filter(wanted).exclude(run__state=RunState.SUPERSEDED)
    return set(rows.values_list("jurisdiction_id", "month"))


def _frozen_without_run(city: City, at: dt.datetime) -> Iterable[str]:
    """Returns are frozen by a close and by nothing else."""
    closed = ScoreRun.objects.values("month")
    return [
        f"{month:%Y-%m}"
        for month in MonthlyReturn.objects.filter(state=ReturnState.FROZEN)
        .exclude(month__in=closed)
        .values_list("month", flat=True)
    ]


def _drafts_astray(city: City, at: dt.datetime) -> Iterable[str]:
    """A return that was opened here has a draft exactly while the county has it, or under an approved correction."""
    drafts = ReturnVersion.objects.filter(monthly_return=OuterRef("pk"), submitted_at__isnull=True)
    lived = MonthlyReturn.objects.filter(opened_at__isnull=False).select_related("jurisdiction")
    with_county = Q(state__in=[ReturnState.DRAFT, ReturnState.RETURNED])
    approved = Exists(drafts.filter(reopening__state=ReopeningState.APPROVED))
    lost = lived.filter(with_county).exclude(Exists(drafts.filter(reopening__isnull=True)))
    stray = lived.exclude(with_county).filter(Exists(drafts)).exclude(approved)
    return [f"{row.month:%Y-%m} {row.jurisdiction.short_name}" for rows in (lost, stray) for row in rows]


def _corrections_not_ended(city: City, at: dt.datetime) -> Iterable[str]:
    """An approved correction whose term is over was closed by the hourly task."""
    over = ReturnReopening.objects.filter(
        state=ReopeningState.APPROVED, expires_at__lt=at - _CORRECTION_PATIENCE
    )
    return [str(row.pk) for row in over]


def _number_gaps(city: City, at: dt.datetime) -> Iterable[str]:
    """Numbers of a series and year run 1, 2, … up to the counter, each once."""
    rows = (
        Document.objects.filter(serial__isnull=False)
        .order_by()
        .values("series__code", "series_id", "year")
        .annotate(documents=Count("id"), distinct=Count("serial", distinct=True), last=Max("serial"))
    )
    counters: dict[tuple[object, int | None], int] = {
        (counter.series_id, counter.year): counter.last
        for counter in NumberCounter.objects.filter(last__gt=0)
    }
    broken = [
        f"{row['series__code']}〔{row['year']}〕"
        for row in rows
        if not row["documents"]
        == row["distinct"]
        == row["last"]
        == counters.pop((row["series_id"], row["year"]), None)
    ]
    return [*broken, *(f"{series} {year}" for series, year in counters)]


def _published_without_circular(city: City, at: dt.datetime) -> Iterable[str]:
    """A month became public with or after its issued circular, never before it; a later withdrawal is allowed."""
    circulars = Document.objects.filter(
        kind=DocumentKind.CIRCULAR,
        subject_kind="scoring.scorerun",
        subject_id=OuterRef("pk"),
        state__in=_NUMBERED,
        signed_at__lte=OuterRef("published_at"),
    )
    runs = ScoreRun.objects.filter(published_at__isnull=False).exclude(Exists(circulars))
    return [f"{run.month:%Y-%m} r{run.revision}" for run in runs.order_by("month", "revision")]


def _files_differ(city: City, at: dt.datetime) -> Iterable[str]:
    """The bytes of an issued document are those that were hashed at its issue."""
    rows = DocumentFile.objects.select_related("document").iterator(chunk_size=20)
    return [
        row.document.number
        for row in rows
        if not row.sha256 == row.document.pdf_sha256 == canonical.file_sha256(bytes(row.pdf))
    ]


def _files_missing(city: City, at: dt.datetime) -> Iterable[str]:
    """An issued document has its file, and a file its issued document."""
    lost = Document.objects.filter(state__in=_NUMBERED, file__isnull=True).values_list("number", flat=True)
    orphans = DocumentFile.objects.exclude(document__state__in=_NUMBERED).values_list("sha256", flat=True)
    return [*lost, *orphans]


def _self_approved(city: City, at: dt.datetime) -> Iterable[str]:
    """Nobody approves an own work: by account, and by name where no account stands behind it."""
    runs = ScoreRun.objects.filter(
        Q(confirmed_by__isnull=False, confirmed_by=F("computed_by"))
        | Q(confirmed_at__isnull=False, computed_by__isnull=True, confirmed_by_name=F("computed_by_name"))
    )
    documents = Document.objects.filter(
        Q(reviewed_by=F("drafted_by")) | Q(signed_by=F("drafted_by")) | Q(signed_by=F("reviewed_by"))
    )
    returns = MonthlyReturn.objects.exclude(reviewer_name="").filter(
        Q(filler_name=F("reviewer_name")) | Q(accepter_name=F("reviewer_name"))
    )
    return [str(row) for rows in (runs, documents, returns) for row in rows]


def _notices_without_basis(city: City, at: dt.datetime) -> Iterable[str]:
    """An issued notice names the legal basis of each of its findings."""
    rows = NoticeFinding.objects.filter(
        notice__state__in=ISSUED_NOTICE_STATES, finding__basis="", notice__subject="QUALITY"
    ).exclude(Q(finding__catalogue_item__isnull=False) & ~Q(finding__catalogue_item__basis=""))
    return rows.values_list("notice__number", flat=True)


def _waiting_jobs(city: City, at: dt.datetime) -> Iterable[str]:
    """No job waits for ten minutes after its time."""
    rows = Job.objects.filter(
        Q(state=JobState.QUEUED, available_at__lt=at - _JOB_PATIENCE)
        | Q(state=JobState.RUNNING, lease_until__lt=at - _JOB_PATIENCE)
    )
    return [f"{job.kind} {job.key}" for job in rows]


def _broken_chain(city: City, at: dt.datetime) -> Iterable[str]:
    _, broken = verify_chain(city.id)
    return [] if broken is None else [f"第{broken.seq}号：{broken.reason}"]


CITY_INVARIANTS = (
    Invariant("findings_with_strange_parents", "问题与工程、检查、县区一致", _stray_findings),
    Invariant("inspections_with_strange_parents", "检查与工程的县区一致", _stray_inspections),
    Invariant("months_not_closed_once", "每月恰有一次有效计算，修订号连续", _months_not_once),
    Invariant("counties_not_scored_once", "每县区每次计算恰有一个评分", _counties_not_once),
    Invariant("scores_not_recomputable", "评分、排名、红黑榜与冻结事实复算一致", _not_recomputable),
    Invariant("interviews_not_derived", "约谈与评分触发一致", _interviews_not_derived),
    Invariant("criticisms_not_derived", "不合格县区均有通报批评建议", _criticisms_not_derived),
    Invariant("returns_frozen_without_close", "只有月结才冻结月报", _frozen_without_run),
    Invariant("return_drafts_astray", "月报草稿只在填报、补正期间存在", _drafts_astray),
    Invariant("corrections_not_ended", "补正到期即关闭", _corrections_not_ended),
    Invariant("published_without_circular", "已公布月份的通报先已印发", _published_without_circular),
    Invariant("document_number_gaps", "发文字号连续不重", _number_gaps),
    Invariant("document_files_differ", "公文文件与登记摘要一致", _files_differ),
    Invariant("document_files_missing", "已印发公文与文件一一对应", _files_missing),
    Invariant("approved_by_the_author", "审批人不是经办人", _self_approved),
    Invariant("notices_without_legal_basis", "已签发通知书的问题均有依据", _notices_without_basis),
    Invariant("jobs_waiting_too_long", "没有超时未处理的任务", _waiting_jobs),
    Invariant("audit_chain_breaks", "审计日志链完整", _broken_chain),
)


def sessions_of_disabled_users(at: dt.datetime) -> list[str]:
    """Nobody whose account is disabled or over is signed in."""
    open_for = {
        str(key)
        for session in Session.objects.filter(expire_date__gt=at)
        if (key := session.get_decoded().get("_auth_user_id"))
    }
    users = User.objects.filter(pk__in=open_for)
    today = timezone.localdate(at)
    return [user.username for user in users.filter(Q(is_active=False) | Q(valid_until__lt=today))]


def long_transactions() -> list[str]:
    """No transaction of this database is open for a minute (as far as the database role may see)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid::text FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND xact_start < clock_timestamp() - %s::interval",
            [_LONG_TRANSACTION],
        )
        return [row[0] for row in cursor.fetchall()]
