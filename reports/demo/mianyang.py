"""绵阳市 2023 as rows: everything that the demo ledger holds."""

from __future__ import annotations

from reports.demo.counties import write_county_months
from reports.demo.findings import deal_findings
from reports.demo.fuller import write_fuller_register
from reports.demo.measures import write_measures
from reports.demo.names import make_directory
from reports.demo.register import make_register
from reports.demo.returns import write_attendance, write_legal_person_reports, write_returns
from reports.demo.rows import Ledger
from reports.demo.visits import write_visits
from reports.demo.works import write_works
from reports.demo.year import write_city_year

SEED = 2023


def make_mianyang(seed: int = SEED) -> Ledger:
    """The same seed gives the same rows, on every machine and on every day."""
    ledger = Ledger()
    directory = make_directory(ledger)
    works = write_works(ledger, make_register(seed), directory, seed)
    visits = write_visits(ledger, works, seed)
    deal_findings(ledger, visits, seed)
    write_measures(ledger, visits, seed)
    write_county_months(ledger, works, visits, directory, seed)
    write_city_year(ledger, works, visits, directory, seed)
    write_legal_person_reports(ledger, works, seed)
    write_attendance(ledger, works, seed)
    write_fuller_register(ledger, works, seed)
    write_returns(ledger, works, seed)
    return ledger
