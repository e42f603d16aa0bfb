"""Official documents, ledger batches, workbooks of monthly returns."""

from reports.models.document import (
    Delivery,
    Document,
    DocumentFile,
    DocumentPreview,
    NumberCounter,
    NumberSeries,
)
from reports.models.ledger import BatchRow, ExportFile, ImportBatch
from reports.models.return_upload import ReturnUpload

__all__ = [
    "BatchRow",
    "Delivery",
    "Document",
    "DocumentFile",
    "DocumentPreview",
    "ExportFile",
    "ImportBatch",
    "NumberCounter",
    "NumberSeries",
    "ReturnUpload",
]
