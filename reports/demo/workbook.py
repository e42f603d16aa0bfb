"""The demo ledger as a workbook whose bytes depend on the rows alone."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO

from reports.demo.rows import Ledger
from reports.ledger.sheets import LEDGER
from reports.ledger.workbook import write_ledger

_SHEET_OF_MODEL = {sheet.model.__name__: sheet.name for sheet in LEDGER.sheets}
_PROPERTIES = "docProps/core.xml"
_WRITTEN_AT = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
_EPOCH = (2023, 12, 31, 0, 0, 0)


def make_workbook(ledger: Ledger) -> bytes:
    """The .xlsx file; the same ledger gives the same bytes."""
    rows = {_SHEET_OF_MODEL[table]: rows for table, rows in ledger.tables.items()}
    return _without_clock(write_ledger(rows))


def _without_clock(workbook: bytes) -> bytes:
    """openpyxl stamps the properties and every zip entry with the time of writing."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(workbook)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if name == _PROPERTIES:
                data = _WRITTEN_AT.sub(rb"\g<1>2023-12-31T00:00:00Z", data)
            target.writestr(zipfile.ZipInfo(name, _EPOCH), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()
