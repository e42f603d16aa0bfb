"""Jobs as people see them."""

from __future__ import annotations

from collections.abc import Callable

from django.urls import reverse

from accounts.models import RoleAssignment
from accounts.roles import Capability
from core.components import JobView, Link, Tone
from tenancy.enums import JobState
from tenancy.models import Job

KINDS: dict[str, str] = {
    "close_month": "月结",
    "correct_month": "更正月结",
    "open_returns": "月报开放",
    "compute_risk": "计算风险类别",
    "draft_documents": "起草公文",
    "preview_document": "公文预览",
    "issue_document": "签发公文",
    "import_ledger": "台账导入",
    "read_return_workbook": "读取月报工作簿",
    "export_ledger": "台账导出",
    "print_project_file": "打印一项一档",
    "print_inspection_form": "打印检查文书",
    "print_duty_sheet": "打印履职检查评分表",
    "verify_audit": "校验审计日志",
    "find_doubts": "数据疑点检查",
}
"""Kinds of jobs in words."""

_STARTERS: dict[str, tuple[Capability, ...]] = {
    "close_month": (Capability.MONTH_CLOSE,),
    "correct_month": (Capability.MONTH_CLOSE,),
    "open_returns": (Capability.RETURN_ACCEPT,),
    "compute_risk": (Capability.KEY_LIST_EDIT,),
    "draft_documents": (Capability.DOCUMENT_DRAFT,),
    "preview_document": (
        Capability.DOCUMENT_DRAFT,
        Capability.DOCUMENT_REVIEW,
        Capability.DOCUMENT_SIGN,
    ),
    "issue_document": (Capability.DOCUMENT_SIGN,),
    "import_ledger": (Capability.LEDGER_IMPORT,),
    "read_return_workbook": (Capability.RETURN_FILL,),
    "export_ledger": (Capability.LEDGER_EXPORT,),
    "print_project_file": (Capability.RETURN_VIEW,),
    "print_inspection_form": (Capability.INSPECTION_VIEW,),
    "print_duty_sheet": (Capability.SCORE_VIEW,),
    "verify_audit": (Capability.AUDIT_VIEW,),
    "find_doubts": (Capability.DOUBT_JUDGE,),
}

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


def starters(kind: str) -> tuple[Capability, ...]:
    """Any of these may start such a job, and so start it again; nobody where the kind is unknown."""
    return _STARTERS.get(kind, ())


def may_retry(job: Job, assignment: RoleAssignment) -> bool:
    """Its creator, or whoever may start such a job: to try again is to do it."""
    is_creator = job.created_by is not None and job.created_by == assignment.user_id
    return is_creator or any(assignment.allows(capability) for capability in starters(job.kind))


def kind_label(kind: str) -> str:
    """The kind in words; an unknown one shows its code."""
    return KINDS.get(kind, kind)


def _document(job: Job) -> Link:
    return Link("查看公文", reverse("reports:document-detail", args=[job.payload["document"]]))


def _batch(job: Job) -> Link:
    return Link("查看导入结果", reverse("reports:batch-detail", args=[job.payload["batch"]]))


def _return_upload(job: Job) -> Link:
    return Link("查看读取结果", reverse("reports:return-upload-detail", args=[job.payload["upload"]]))


def _export(job: Job) -> Link:
    return Link("下载台账", reverse("reports:export-download", args=[job.result["file"]]))


def _project_file(job: Job) -> Link:
    return Link("下载一项一档", reverse("reports:project-file-download", args=[job.pk]))


def _inspection_form(job: Job) -> Link:
    return Link("下载检查文书", reverse("reports:inspection-form-file", args=[job.pk]))


def _duty_sheet(job: Job) -> Link:
    return Link("下载评分表", reverse("reports:duty-print-file", args=[job.pk]))


def _audit(job: Job) -> Link:
    return Link("查看审计日志", reverse("reports:audit-list"))


def _doubts(job: Job) -> Link:
    return Link("查看数据疑点", f"{reverse('doubts:list')}?month={job.payload['month']}")


def _month(job: Job) -> Link:
    return Link("查看月结结果", reverse("reports:month", args=[job.payload["month"]]))


def _drafts(job: Job) -> Link:
    """Its payload names the run; its key starts with the month."""
    return Link("查看公文", reverse("reports:month", args=[job.key[: len("2023-09")]]) + "#documents")


def _key_list(job: Job) -> Link:
    return Link("查看名单", reverse("scoring:key-list-detail", args=[job.result["list_id"]]))


_RESULTS: dict[str, Callable[[Job], Link]] = {
    "close_month": _month,
    "correct_month": _month,
    "compute_risk": _key_list,
    "draft_documents": _drafts,
    "preview_document": _document,
    "issue_document": _document,
    "import_ledger": _batch,
    "read_return_workbook": _return_upload,
    "export_ledger": _export,
    "print_project_file": _project_file,
    "print_inspection_form": _inspection_form,
    "print_duty_sheet": _duty_sheet,
    "verify_audit": _audit,
    "find_doubts": _doubts,
}


def result_link(job: Job) -> Link | None:
    """Where the result of a finished job is; None when it is not done or leads nowhere."""
    build = _RESULTS.get(job.kind)
    return build(job) if build is not None and job.state == JobState.DONE else None


def job_view(job: Job, *, url: str = "", can_follow: bool = True, can_retry: bool = False) -> JobView:
    """The progress card.

    url: the page that shows it, for the refresh link; the job's own page when empty. can_follow: the reader may see
    jobs (JOB_VIEW), so the card polls itself; others refresh the page.
    can_retry: the reader `may_retry` and is offered to.
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
        retry_url=reverse("reports:job-retry", args=[job.pk])
        if is_failed and can_follow and can_retry
        else "",
    )
