"""Official documents and ledger batches."""

from reports.models.document import Delivery, Document, DocumentFile, NumberCounter, NumberSeries
from reports.models.ledger import BatchRow, ImportBatch

__all__ = [
    "BatchRow",
    "Delivery",
    "Document",
    "DocumentFile",
    "ImportBatch",
    "NumberCounter",
    "NumberSeries",
]
