"""Official documents and ledger batches."""

from reports.models.document import (
    Delivery,
    Document,
    DocumentFile,
    DocumentPreview,
    NumberCounter,
    NumberSeries,
)
from reports.models.ledger import BatchRow, ImportBatch

__all__ = [
    "BatchRow",
    "Delivery",
    "Document",
    "DocumentFile",
    "DocumentPreview",
    "ImportBatch",
    "NumberCounter",
    "NumberSeries",
]
