"""Addresses of the monthly returns."""

from __future__ import annotations

from django.urls import path

from projects.urls.return_desk import desk_patterns
from projects.views import return_fields, return_record, return_saving, return_steps, returns

app_name = "returns"

urlpatterns = [
    # The county's pages
    path("", returns.return_list, name="return-list"),
    path("<uuid:pk>", returns.return_detail, name="return-detail"),
    path("<uuid:pk>/save", return_saving.return_save, name="return-save"),
    path("<uuid:pk>/header", return_fields.return_header, name="return-header"),
    path("<uuid:pk>/rows/<uuid:project>", return_fields.return_row, name="return-row"),
    path("<uuid:pk>/rows/<uuid:project>/remove", return_steps.line_remove, name="line-remove"),
    path("<uuid:pk>/add", return_steps.line_add, name="line-add"),
    path("<uuid:pk>/check", return_steps.return_check, name="return-check"),
    path("<uuid:pk>/send-back", return_steps.return_send_back, name="return-send-back"),
    path("<uuid:pk>/reopen", return_steps.return_reopen, name="return-reopen"),
    path("<uuid:pk>/files", return_record.return_files, name="return-files"),
    path("<uuid:pk>/files/<uuid:file>/remove", return_record.return_file_remove, name="return-file-remove"),
    path("<uuid:pk>/history", return_record.return_history_page, name="return-history"),
    path("<uuid:pk>/compare", return_record.return_compare, name="return-compare"),
    path("<uuid:pk>/versions/<int:number>", return_record.return_version, name="return-version"),
    path("<uuid:pk>/print", return_record.return_print, name="return-print"),
    *desk_patterns,
]
