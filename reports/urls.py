"""Addresses of reports: jobs, the trail, ledgers, documents."""

from __future__ import annotations

from django.urls import path

from reports.views import arranging_sheets as sheets
from reports.views import audit, documents, duty_sheets, jobs, ledger, month, project_files
from reports.views import return_workbook as book

app_name = "reports"

urlpatterns = [
    path("jobs/", jobs.job_list, name="job-list"),
    path("jobs/<uuid:pk>", jobs.job_detail, name="job-detail"),
    path("jobs/<uuid:pk>/progress", jobs.job_progress, name="job-progress"),
    path("jobs/<uuid:pk>/retry", jobs.job_retry, name="job-retry"),
    path("ledger/", ledger.batch_list, name="batch-list"),
    path("ledger/upload", ledger.ledger_upload, name="ledger-upload"),
    path("ledger/template.xlsx", ledger.ledger_template, name="ledger-template"),
    path("ledger/export", ledger.export_start, name="export-start"),
    path("ledger/exports/<uuid:pk>", ledger.export_download, name="export-download"),
    path("ledger/<uuid:pk>", ledger.batch_detail, name="batch-detail"),
    path("ledger/<uuid:pk>/marked.xlsx", ledger.batch_marked, name="batch-marked"),
    path("ledger/<uuid:pk>/undo", ledger.batch_undo, name="batch-undo"),
    path("return-workbooks/of/<uuid:pk>", book.return_upload, name="return-upload"),
    path("return-workbooks/of/<uuid:pk>/template.xlsx", book.return_template, name="return-template"),
    path("return-workbooks/<uuid:pk>", book.return_upload_detail, name="return-upload-detail"),
    path("return-workbooks/<uuid:pk>/correct", book.return_upload_correct, name="return-upload-correct"),
    path("return-workbooks/<uuid:pk>/apply", book.return_upload_apply, name="return-upload-apply"),
    path("return-workbooks/<uuid:pk>/undo", book.return_upload_undo, name="return-upload-undo"),
    path("return-workbooks/<uuid:pk>/marked.xlsx", book.return_upload_marked, name="return-upload-marked"),
    path("project-files/of/<uuid:pk>", project_files.project_file_page, name="project-file"),
    path("project-files/<uuid:pk>.pdf", project_files.project_file_download, name="project-file-download"),
    path("inspection-forms/approvals/<uuid:pk>", sheets.approval_sheet, name="approval-sheet"),
    path("inspection-forms/notices/<uuid:pk>", sheets.notice_sheet, name="notice-sheet"),
    path("inspection-forms/register/<uuid:pk>", sheets.register_sheet, name="register-sheet"),
    path("inspection-forms/record/<uuid:pk>", sheets.record_sheet, name="record-sheet"),
    path("inspection-forms/<uuid:pk>.pdf", sheets.sheet_download, name="inspection-form-file"),
    path("duty-sheets/of/<uuid:pk>", duty_sheets.duty_print, name="duty-print"),
    path("duty-sheets/<uuid:pk>.pdf", duty_sheets.duty_print_file, name="duty-print-file"),
    path("audit/", audit.audit_list, name="audit-list"),
    path("audit/verify", audit.audit_verify, name="audit-verify"),
    path("audit/<int:seq>", audit.audit_event, name="audit-event"),
    path("documents/", documents.document_list, name="document-list"),
    path("documents/<uuid:pk>", documents.document_detail, name="document-detail"),
    path("documents/<uuid:pk>/edit", documents.document_edit, name="document-edit"),
    path("documents/<uuid:pk>/submit", documents.document_submit, name="document-submit"),
    path("documents/<uuid:pk>/review", documents.document_review, name="document-review"),
    path("documents/<uuid:pk>/preview", documents.document_preview_request, name="document-preview"),
    path("documents/<uuid:pk>/sign", documents.document_sign, name="document-sign"),
    path("documents/<uuid:pk>/return", documents.document_return, name="document-return"),
    path("documents/<uuid:pk>/withdraw", documents.document_withdraw, name="document-withdraw"),
    path("documents/<uuid:pk>/discard", documents.document_discard, name="document-discard"),
    path("documents/<uuid:pk>/pdf", documents.document_pdf, name="document-pdf"),
    path("documents/deliveries/<uuid:pk>", documents.delivery_acknowledge, name="delivery-acknowledge"),
    path(
        "documents/of/<str:subject_kind>/<uuid:subject_id>",
        documents.document_for_subject,
        name="document-for-subject",
    ),
    path("month/", month.month_list, name="month-list"),
    path("month/<month:month>/", month.month_detail, name="month"),
    path("month/<month:month>/close", month.month_close, name="month-close"),
    path("month/<month:month>/confirm", month.month_confirm, name="month-confirm"),
    path("month/<month:month>/publish", month.month_publish, name="month-publish"),
    path("month/<month:month>/correct", month.month_correct, name="month-correct"),
]
