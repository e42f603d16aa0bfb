"""The whole demo: import through the importer, nine closes, the circular through a working worker."""

import datetime as dt
import threading
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connections
from django.db.models import Sum
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from core.canonical import file_sha256
from core.month import SHANGHAI, ReportingMonth
from enforcement.models import Clue, CriticismProposal, Interview, RectificationNotice, ReminderLetter
from inspections.models import (
    BiddingCheck,
    Draw,
    DutyInspection,
    Finding,
    Inspection,
    Photo,
    SupervisoryTest,
    SupervisoryTestCommission,
)
from inspections.selectors.draw_pages import differences_of
from projects.models import Organization, Project
from reports.demo.people import CHIEF
from reports.demo.seeding import seed_demo
from reports.demo.showing import DEMO_MONTH, show_month
from reports.models import BatchRow, Document, ImportBatch
from scoring.enums import ListColour, RunState
from scoring.models import CountyScore, Listing, ScoreRun
from scoring.services.closing import close_month
from tenancy.jobs import run_job, waiting_jobs
from tenancy.models import City
from tenancy.scope import city_scope
from tests.cast import client_of

MONTHS = [ReportingMonth(2023, number) for number in range(4, 13)]
BELOW_70 = ("平武县", 9)
UNQUALIFIED = ("梓潼县", 7)


class Worker(threading.Thread):
    """What Celery's courier does, without the courier: take waiting jobs and do them."""

    def __init__(self, city_id):
        super().__init__(daemon=True)
        self.city_id = city_id
        self.done = threading.Event()

    def run(self):
        while not self.done.wait(0.05):
            with city_scope(self.city_id):
                waiting = [job.id for job in waiting_jobs(timezone.now())]
            for job_id in waiting:
                run_job(self.city_id, job_id)
        connections.close_all()


@pytest.fixture
def demo(fresh_database, settings, tmp_path):
    """Both demo cities, imported as anybody's ledger is."""
    settings.DATA_DIR = tmp_path
    seed_demo(at=timezone.now(), say=lambda text: None)
    return City.objects.get(slug="mianyang")


@pytest.mark.slow
def test_demo_year_from_workbook_to_circular(demo, tmp_path):
    _check_totals_of_the_source(demo)
    _check_office_of_today(demo)
    _check_second_seeding_changes_nothing(demo)

    worker = Worker(demo.id)
    worker.start()
    try:
        shown = show_month(say=lambda text: None)
    finally:
        worker.done.set()
        worker.join(30)

    _check_circular(demo, shown, tmp_path)
    again = show_month(say=lambda text: None)  # no worker is needed any more
    assert (again.pdf, again.sha256) == (shown.pdf, shown.sha256)
    _close_the_rest(demo)
    _check_outliers(demo)
    _check_lists(demo)


def _check_totals_of_the_source(city):
    with city_scope(city.id):
        ours = Inspection.objects.filter(organizer_level="CITY", inspected_on__year=2023)
        kinds = Counter(Finding.objects.filter(inspection__in=ours).values_list("kind", flat=True))
        notices = RectificationNotice.objects.filter(issued_on__year=2023)
        tests = SupervisoryTest.objects.filter(organizer_level="CITY", sampled_on__year=2023)
        fees = tests.aggregate(Sum("fee_yuan"))
        clues = Clue.objects.filter(identified_on__year=2023)

        assert city.is_demo
        assert ours.count() == 58
        assert kinds == {"MANAGEMENT_VIOLATION": 260, "PHYSICAL_DEFECT": 47}
        assert notices.filter(organizer_level="CITY", subject="QUALITY").count() == 6
        assert notices.filter(subject="BIDDING").count() == 2
        assert BiddingCheck.objects.filter(checked_on__year=2023).count() == 45
        assert clues.filter(transferred_on__isnull=False).count() == clues.count() == 32
        assert ReminderLetter.objects.filter(state="ANSWERED").count() == 2
        assert fees["fee_yuan__sum"] == Decimal(280_000)
        assert not Interview.objects.exists()


def _check_office_of_today(city):
    """Each list of the office shows several states, and the draw that is over repeats itself and is public."""
    with city_scope(city.id):
        begun = Draw.objects.filter(number__startswith="CQ-")
        drawn = begun.get(published_on__isnull=False)
        states = {
            "draws": set(begun.values_list("state", flat=True)),
            "visits": set(
                Inspection.objects.filter(number__startswith="JC-").values_list("state", flat=True)
            ),
            "commissions": set(SupervisoryTestCommission.objects.values_list("state", flat=True)),
            "duty": set(DutyInspection.objects.exclude(draw=None).values_list("state", flat=True)),
        }
        assert states == {
            "draws": {"DRAFT", "FROZEN", "DRAWN", "VOID"},
            "visits": {"PLANNED", "NOTIFIED", "CONCLUDED", "COMPLETED", "VOID"},
            "commissions": {"DRAFT", "COMMISSIONED", "SAMPLED", "REPORTED", "CANCELLED"},
            "duty": {"DRAFT", "CONCLUDED"},
        }
        assert drawn.witnesses.filter(revealed_at__isnull=False).count() == 2
        assert differences_of(drawn) == []
        assert Photo.objects.filter(state="STORED", time_check="PLAUSIBLE").count() == 4
    page = Client().get(reverse("public:draw-detail", args=[city.slug, drawn.number]))
    assert drawn.title in page.text


def _check_second_seeding_changes_nothing(city):
    models = (ImportBatch, BatchRow, Project, Organization, Finding, Draw, Inspection, Clue, BiddingCheck)

    def counted():
        with city_scope(city.id):
            return [model.objects.count() for model in models]

    before = counted()
    seed_demo(at=timezone.now(), say=lambda text: None)
    assert counted() == before
    assert before[0] == 1


def _check_circular(city, shown, folder):
    path = Path(shown.pdf)
    assert path.is_relative_to(folder)
    assert file_sha256(path.read_bytes()) == shown.sha256
    assert (shown.counties, shown.interviews) == (14, 1)
    with city_scope(city.id):
        document = Document.objects.get(kind="CIRCULAR", state="ISSUED")
        run = ScoreRun.objects.get(month=DEMO_MONTH.first)
        assert document.number == "绵水〔2023〕1号"
        assert len({document.drafted_by, document.reviewed_by, document.signed_by}) == 3
        assert run.state == RunState.PUBLISHED
        assert document.signed_at < run.published_at
        assert run.confirmed_by != run.computed_by
        before = ScoreRun.objects.filter(month__lt=DEMO_MONTH.first).values_list("state", flat=True)
        assert list(before) == [RunState.CONFIRMED] * 5, "no month is public before its circular"
    call_command("verify_invariants", "mianyang")
    _check_page_of_a_month_before()


def _check_page_of_a_month_before():
    """Confirmed, its circular a draft: the page says what is missing and offers no publication."""
    chief = client_of(User.objects.get(username=CHIEF))
    text = chief.get(reverse("reports:month", args=["2023-08"])).text
    assert "通报尚未印发，印发后才能公布。" in text
    assert reverse("reports:month-publish", args=["2023-08"]) not in text


def _close_the_rest(city):
    for month in MONTHS[6:]:
        following = month.next()
        at = dt.datetime(following.year, following.month, 9, 9, tzinfo=SHANGHAI)
        with city_scope(city.id):
            close_month(month=month, by="演示", at=at)


def _check_outliers(city):
    """Exactly the planned ones: one below 70, one unqualified, one without data; the others do decent work."""
    with city_scope(city.id):
        rows = CountyScore.objects.select_related("jurisdiction")
        scores = {(row.jurisdiction.short_name, row.month.month): row for row in rows}
        interviews = {(one.jurisdiction.short_name, one.month.month): one for one in Interview.objects.all()}
        criticised = [
            (one.jurisdiction.short_name, one.month.month) for one in CriticismProposal.objects.all()
        ]

    assert len(scores) == 14 * len(MONTHS)
    assert set(interviews) == {BELOW_70, UNQUALIFIED}
    assert len(interviews[BELOW_70].triggers) == 2
    assert criticised == [UNQUALIFIED]
    assert {key for key, row in scores.items() if row.is_unqualified} == {UNQUALIFIED}
    without = {key for key, row in scores.items() if row.status.upper() == "INSUFFICIENT"}
    assert without == {("科技城新区", month.month) for month in MONTHS}
    others = {key: row.final for key, row in scores.items() if key not in {BELOW_70, UNQUALIFIED} | without}
    assert min(others.values()) >= 72
    assert 60 <= scores[BELOW_70].final < 70
    for month in MONTHS:
        assert sum(final >= 90 for (_, number), final in others.items() if number == month.month) >= 3


def _check_lists(city):
    """Every kind of subject reaches both lists within the year."""
    with city_scope(city.id):
        found = set(Listing.objects.values_list("subject", "colour"))
    assert found == {
        (subject, colour)
        for subject in ("COUNTY", "LEGAL_PERSON", "PARTICIPANT")
        for colour in (ListColour.RED, ListColour.BLACK)
    }
