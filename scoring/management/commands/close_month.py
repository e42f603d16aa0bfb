"""`close_month CITY YYYY-MM`: close a month through its job, as the page does."""

from __future__ import annotations

import datetime as dt
import json
import time
import uuid
from argparse import ArgumentParser
from typing import Any

from celery import current_app
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import User
from core.errors import DomainError
from core.month import SHANGHAI, ReportingMonth
from scoring.models import CountyScore, ScoreRun
from scoring.services.closing import DRAFT, request_close
from tenancy.enums import JobState
from tenancy.jobs import run_job
from tenancy.models import City, Job
from tenancy.scope import city_scope
from tenancy.selectors import city_by

_WORKER_MAY_TAKE = 3.0
_STEP = 0.5
OPERATOR = "运维命令"


class Command(BaseCommand):
    """Queues the close, lets a worker do it or does it itself, and prints one JSON line."""

    help = "月结：冻结、评分、排名、红黑榜、约谈建议、通报草稿。城市用标识或行政区划代码。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """City, month, who, when."""
        parser.add_argument("city", metavar="CITY")
        parser.add_argument("month", metavar="YYYY-MM")
        parser.add_argument("--by", metavar="用户名", help="以谁的名义；缺省为运维命令")
        parser.add_argument("--at", metavar="时间", help="计算时间（ISO格式），只用于演示城市补录历史月份")
        parser.add_argument("--inline", action="store_true", help="不等后台任务进程，由本命令直接执行")

    def handle(self, *args: Any, **options: Any) -> None:
        """Close and report."""
        # The drafts are another app's job: without a worker this process must know every kind of job.
        current_app.loader.import_default_modules()
        try:
            city = city_by(options["city"])
            month = ReportingMonth.parse(options["month"])
            by = _person(options["by"])
            at = moment(city, options["at"])
            with city_scope(city.id):
                job = request_close(month=month, by=by, at=at)
        except DomainError as refusal:
            raise CommandError(str(refusal)) from refusal
        job = self._finish(job, inline=options["inline"])
        self._draft(city, month, job, inline=options["inline"])
        self.stdout.write(json.dumps(_summary(city, job), ensure_ascii=False))

    def _finish(self, job: Job, *, inline: bool) -> Job:
        """Wait for a worker; where none takes the job, do it here. The claim decides, so it is done once."""
        deadline = time.monotonic() + (0 if inline else _WORKER_MAY_TAKE)
        shown = ""
        while True:
            with city_scope(job.city_id):
                row = Job.objects.get(pk=job.pk)
            if row.state in {JobState.DONE, JobState.FAILED}:
                break
            if row.state == JobState.QUEUED and time.monotonic() >= deadline:
                run_job(job.city_id, job.pk)
                continue
            if row.progress_text != shown:
                shown = row.progress_text
                self.stderr.write(f"{row.progress_percent}% {shown}")
            time.sleep(_STEP)
        if row.state == JobState.FAILED:
            raise CommandError(row.error)
        return row

    def _draft(self, city: City, month: ReportingMonth, job: Job, *, inline: bool) -> None:
        with city_scope(city.id):
            key = f"{month}-r{job.result['revision']}"
            draft = Job.objects.filter(kind=DRAFT, key=key).first()
        if draft is not None:
            self._finish(draft, inline=inline)


def _person(username: str | None) -> User | str:
    if not username:
        return OPERATOR
    user = User.objects.filter(username=username, is_active=True).first()
    if user is None:
        raise DomainError(f"没有用户“{username}”。")
    return user


def moment(city: City, text: str | None) -> dt.datetime:
    """Now, or a stated moment of the past for a demo city.

    In a real city nobody may date an act back: the objection window would run before anybody saw the results.
    """
    now = timezone.now()
    if text is None:
        return now
    try:
        at = dt.datetime.fromisoformat(text)
    except ValueError as error:
        raise DomainError(f"“{text}”不是有效的时间，应写成2023-10-09T09:00的形式。") from error
    at = at if at.tzinfo else at.replace(tzinfo=SHANGHAI)
    if not city.is_demo:
        raise DomainError("只有演示城市可以补录历史时间，正式城市一律以实际办理时间为准。")
    if at > now:
        raise DomainError("办理时间不能晚于现在。")
    return at


def _summary(city: City, job: Job) -> dict[str, Any]:
    with city_scope(city.id):
        run = ScoreRun.objects.get(pk=uuid.UUID(job.result["run_id"]))
        scores = CountyScore.objects.filter(run=run)
        return {
            "city": city.slug,
            "month": f"{run.month:%Y-%m}",
            "revision": run.revision,
            "run": str(run.id),
            "counties": scores.count(),
            "interviews": scores.filter(is_interview=True).count(),
            "sha256": run.snapshot_sha256,
        }
