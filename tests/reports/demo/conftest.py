"""The demo year as rows, made once."""

import pytest

from reports.demo.mianyang import make_mianyang
from reports.demo.rows import Ledger


@pytest.fixture(scope="session")
def ledger() -> Ledger:
    """绵阳市 2023; tests only read it."""
    return make_mianyang()
