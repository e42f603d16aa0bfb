"""Official documents and ledger batches."""

from reports.models.document import (
    Delivery,
    Document,
    DocumentFile,
    DocumentPreview,
    NumberCounter,
    NumberSeries,
)
from reports.models.ledger import BatchRow, ExportFile, ImportBatch

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
]
