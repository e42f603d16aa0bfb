"""Jobs as people see them."""

from __future__ import annotations

from collections.abc import Callable

from django.urls import reverse

from core.components import JobView, Link, Tone
from tenancy.enums import JobState
from tenancy.models import Job

KINDS: dict[str, str] = {
    "close_month": "月结",
    "correct_month": "更正月结",
    "draft_documents": "起草公文",
    "preview_document": "公文预览",
    "issue_document": "签发公文",
    "import_ledger": "台账导入",
    "export_ledger": "台账导出",
    "verify_audit": "校验审计日志",
}
"""Kinds of jobs in words."""

STATE_TONES: dict[str, Tone] = {
    JobState.QUEUED: Tone.IDLE,
    JobState.RUNNING: Tone.INFO,
    JobState.DONE: Tone.OK,
    JobState.FAILED: Tone.BAD,
}
_STATES: dict[str, str] = {
    JobState.QUEUED: "waiting",
    JobState.RUNNING: "running",
    JobState.DONE: "done",
    JobState.FAILED: "failed",
}


def kind_label(kind: str) -> str:
    """The kind in words; an unknown one shows its code."""
    return KINDS.get(kind, kind)


def _document(job: Job) -> Link:
    return Link("查看公文", reverse("reports:document-detail", args=[job.payload["document"]]))


def _batch(job: Job) -> Link:
    return Link("查看导入结果", reverse("reports:batch-detail", args=[job.payload["batch"]]))


def _export(job: Job) -> Link:
    return Link("下载台账", reverse("reports:export-download", args=[job.result["file"]]))


def _audit(job: Job) -> Link:
    return Link("查看审计日志", reverse("reports:audit-list"))


_RESULTS: dict[str, Callable[[Job], Link]] = {
    "preview_document": _document,
    "issue_document": _document,
    "import_ledger": _batch,
    "export_ledger": _export,
    "verify_audit": _audit,
}


def result_link(job: Job) -> Link | None:
    """Where the result of a finished job is; None when it is not done or leads nowhere."""
    build = _RESULTS.get(job.kind)
    return build(job) if build is not None and job.state == JobState.DONE else None


def job_view(job: Job, *, url: str = "", can_follow: bool = True) -> JobView:
    """The progress card.

    url: the page that shows it, for the refresh link; the job's own page when empty. can_follow: the reader may see
    jobs (JOB_VIEW), so the card polls itself and offers to try again; others refresh the page.
    """
    own = reverse("reports:job-detail", args=[job.pk])
    is_failed = job.state == JobState.FAILED
    return JobView(
        title=job.title,
        state=_STATES[job.state],
        percent=job.progress_percent if job.state == JobState.RUNNING else None,
        doing=job.progress_text if job.state == JobState.RUNNING else "",
        error=job.error if is_failed else "",
        url=url or own,
        poll_url=reverse("reports:job-progress", args=[job.pk]) if can_follow else "",
        result=result_link(job),
        retry_url=reverse("reports:job-retry", args=[job.pk]) if is_failed and can_follow else "",
    )
