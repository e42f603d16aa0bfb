"""The demo month, closed, told by its circular and published through the real worker by four different people.

Everything happens on the days on which it would have happened: the close on the 9th of the next month, the confirmation
after the objection window, the circular before the 20th, the publication with it. Months before it are closed and
confirmed, so that trends have a past; their circulars stay drafts, hence they are not published: printing each of them
would keep the first start waiting.
"""

from __future__ import annotations

import datetime as dt
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from accounts.models import User
from core.errors import DomainError
from core.month import SHANGHAI, ReportingMonth
from enforcement.models import Interview
from reports.demo.people import CHIEF, DEPUTY, LEADER, SUPERVISOR
from reports.demo.rows import after_workdays
from reports.enums import DocumentKind, DocumentState
from reports.models import Document
from reports.services.documents import request_sign_off, review_document, stored_pdf, submit_document
from reports.services.month_documents import draft_circular
from reports.services.publishing import publish_month
from scoring.enums import RunState
from scoring.models import CountyScore, ScoreRun
from scoring.selectors.months import live_run
from scoring.services.closing import DRAFT, request_close
from scoring.services.runs import confirm_run
from tenancy.enums import JobState
from tenancy.models import Job
from tenancy.scope import city_scope
from tenancy.selectors import city_by

Say = Callable[[str], None]

CITY = "mianyang"
FIRST_MONTH = ReportingMonth(2023, 4)
DEMO_MONTH = ReportingMonth(2023, 9)
"""An interview with two triggers, both lists, a duty inspection under the line; July's criticism lies behind it."""

PATIENCE_SECONDS = 300
_POLL_SECONDS = 0.2


class DemoNotDone(DomainError):
    """The worker did not do its part."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What the launcher prints as one line of JSON."""

    pdf: str
    sha256: str
    counties: int
    interviews: int
    seconds: float


def show_month(*, say: Say, month: ReportingMonth = DEMO_MONTH) -> Shown:
    """Close April up to the demo month, issue its circular, publish it. What is done already is left as it is."""
    begun = time.monotonic()
    city_id = city_by(CITY).id
    document = _issued(city_id, month)
    if document is None:
        people = _people()
        closed = FIRST_MONTH
        while closed <= month:
            _close(city_id, closed, people, say)
            closed = closed.next()
        document = _issue(city_id, month, people, say)
    _publish(city_id, document, say)
    return _result(city_id, month, document, time.monotonic() - begun)


def _issued(city_id: uuid.UUID, month: ReportingMonth) -> Document | None:
    """The circular once it went out. From then on the month belongs to whoever tries the product, corrections and
    withdrawals included: a later start changes nothing."""
    with city_scope(city_id):
        circulars = Document.objects.issued().filter(kind=DocumentKind.CIRCULAR, month=month.first)
        return circulars.order_by("-signed_at").first()


def _people() -> dict[str, User]:
    names = (CHIEF, DEPUTY, SUPERVISOR, LEADER)
    found = {user.username: user for user in User.objects.filter(username__in=names)}
    if len(found) != len(names):
        raise DemoNotDone("演示账户不齐，请先运行 seed_demo。")
    return found


def _moment(day: dt.date, hour: int) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour), tzinfo=SHANGHAI)


def _computing_day(month: ReportingMonth) -> dt.date:
    return month.next().first + dt.timedelta(days=8)


def _close(city_id: uuid.UUID, month: ReportingMonth, people: dict[str, User], say: Say) -> None:
    """Close by the supervisor, confirm by the leader."""
    with city_scope(city_id):
        run = live_run(month)
        job = None
        if run is None:
            at = _moment(_computing_day(month), 9)
            job = request_close(month=month, by=people[SUPERVISOR], at=at)
    if job is not None:
        _wait(city_id, job.id, say)
    with city_scope(city_id):
        run = _run(month)
        drafts = Job.objects.filter(kind=DRAFT, key=f"{month}-r{run.revision}").first()
    if drafts is not None:
        # the worker drafts the circular too: let it finish, two drafts at once would be one too many
        _wait(city_id, drafts.id, say)
    with city_scope(city_id):
        confirmed = after_workdays(run.objection_until, 1)
        if run.state == RunState.COMPUTED:
            confirm_run(run_id=run.id, by=people[LEADER], at=_moment(confirmed, 10))
            say(f"{month.label}已月结、核定")


def _run(month: ReportingMonth) -> ScoreRun:
    run = live_run(month)
    if run is None:
        raise DemoNotDone(f"{month.label}没有结账结果，请查看后台任务的日志后重新运行。")
    return run


def _issue(city_id: uuid.UUID, month: ReportingMonth, people: dict[str, User], say: Say) -> Document:
    """Draft → review → sign-off; printing is the worker's."""
    with city_scope(city_id):
        run = _run(month)
        day = after_workdays(run.objection_until, 2)
        document = draft_circular(run_id=run.id, by=people[SUPERVISOR], at=_moment(day, 9))
        if document.state == DocumentState.DRAFT:
            document = submit_document(document_id=document.id, by=people[SUPERVISOR], at=_moment(day, 10))
        if document.state == DocumentState.REVIEW:
            reviewer = people[DEPUTY if document.drafted_by == people[CHIEF].id else CHIEF]
            document = review_document(document_id=document.id, by=reviewer, at=_moment(day, 11))
        job = None
        if document.state == DocumentState.REVIEWED:
            say(f"正在签发{month.label}通报")
            job = request_sign_off(
                document_id=document.id, dated_on=day, by=people[LEADER], at=_moment(day, 15)
            )
    if job is not None:
        _wait(city_id, job.id, say)
    with city_scope(city_id):
        return Document.objects.get(pk=document.id)


def _publish(city_id: uuid.UUID, document: Document, say: Say) -> None:
    """By the chief, an hour after the circular was signed; whatever was done with the month since is left alone."""
    if document.state != DocumentState.ISSUED or document.signed_at is None:
        return
    with city_scope(city_id):
        run = ScoreRun.objects.get(pk=document.subject_id)
        if run.state == RunState.CONFIRMED:
            publish_month(run_id=run.id, by=_people()[CHIEF], at=document.signed_at + dt.timedelta(hours=1))
            say(f"{ReportingMonth.of(run.month).label}已公布")


def _wait(city_id: uuid.UUID, job_id: uuid.UUID, say: Say) -> None:
    """Until the worker has done the job; its progress is passed on.

    Raises DemoNotDone when it failed, or when nobody took it for `PATIENCE_SECONDS`.
    """
    deadline = time.monotonic() + PATIENCE_SECONDS
    told = ""
    while True:
        with city_scope(city_id):
            job = Job.objects.get(pk=job_id)
        if job.state == JobState.DONE:
            return
        if job.state == JobState.FAILED:
            raise DemoNotDone(f"任务“{job.title}”失败：{job.error}")
        if time.monotonic() > deadline:
            raise DemoNotDone(f"任务“{job.title}”在{PATIENCE_SECONDS}秒内没有完成，请查看后台任务的日志。")
        if job.progress_text and job.progress_text != told:
            told = job.progress_text
            say(f"{job.title}：{told}")
        time.sleep(_POLL_SECONDS)


def _result(city_id: uuid.UUID, month: ReportingMonth, document: Document, seconds: float) -> Shown:
    """The PDF is written beside the data, so that it can be opened without signing in."""
    with city_scope(city_id):
        pdf = stored_pdf(document)
        counties = CountyScore.objects.filter(run=_run(month)).count()
        interviews = Interview.objects.filter(month=month.first).count()
    folder = Path(settings.DATA_DIR) / "demo"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{month}-circular.pdf"
    if not path.exists() or path.read_bytes() != pdf:
        path.write_bytes(pdf)
    return Shown(str(path), document.pdf_sha256, counties, interviews, round(seconds, 1))
