"""Messages, their delivery and 数据疑点 in a real browser, at both sizes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page

from accounts.roles import Role
from messaging.enums import DispatchState, MessageKind
from messaging.models import Channel, Dispatch
from projects.enums import DoubtState
from projects.models import DataDoubt
from tenancy.models import City
from tenancy.scope import city_scope
from tests import factories
from tests.cast import client_of, county, person
from tests.ui.browser import assert_accessible, assert_no_sideways_scroll, small_targets
from tests.ui.through_client import ORIGIN, serve_product

pytestmark = pytest.mark.browser

Pages = list[tuple[Client, list[str]]]


@pytest.fixture
def pages(city: City) -> Pages:
    """Every page with something on it, by the person who reads it."""
    filer, chief, admin = (
        person(city, role) for role in (Role.COUNTY_REPORTER, Role.BUREAU_CHIEF, Role.SYSTEM_ADMIN)
    )
    with city_scope(city.id):
        _messages(filer, admin)
        doubt, channel, sent = (
            _doubts(city),
            Channel.objects.get(),
            Dispatch.objects.filter(state="UNCERTAIN"),
        )
        ids = "&".join(f"pk={pk}" for pk in DataDoubt.objects.values_list("pk", flat=True))
        resend = reverse("messaging:dispatch-resend", args=[sent.get().pk])
    listed = reverse("doubts:list")
    return [
        (
            client_of(filer),
            [
                reverse("messaging:list"),
                reverse("messaging:preferences"),
                listed,
                reverse("doubts:explain", args=[doubt.pk]),
            ],
        ),
        (
            client_of(chief),
            [
                listed,
                reverse("doubts:detail", args=[doubt.pk]),
                reverse("doubts:error", args=[doubt.pk]),
                f"{reverse('doubts:bulk')}?action=clear&{ids}",
                reverse("messaging:list"),
            ],
        ),
        (
            client_of(admin),
            [
                reverse("messaging:channel-list"),
                reverse("messaging:channel-new"),
                reverse("messaging:channel-edit", args=[channel.pk]),
                reverse("messaging:dispatch-list"),
                resend,
            ],
        ),
    ]


def _messages(filer: object, admin: object) -> None:
    told = {
        "title": "北川县2023年9月月报已逾期1个工作日",
        "text": "报送期限为2023-10-07，至今没有报送。",
        "url": "/todos",
    }
    message = factories.message(recipient=filer, kind=MessageKind.RETURN_DUE, **told)
    factories.message(recipient=filer, read_at=factories.MOMENT, text="第1版已受理。")
    channel = factories.channel(is_on=True, kinds=[MessageKind.RETURN_DUE, MessageKind.DOUBT])
    factories.dispatch(message=message, state=DispatchState.SENT, sent_at=factories.MOMENT)
    factories.dispatch(
        message=message,
        channel=channel,
        state=DispatchState.UNCERTAIN,
        parcel=channel.pk,
        claimed_at=factories.MOMENT,
        error="发送过程中断，对方可能已收到",
    )
    factories.dispatch(
        message=factories.message(), state=DispatchState.FAILED, error="邮件服务器拒收（地址或内容）"
    )


def _doubts(city: City) -> DataDoubt:
    place = county(city)
    project = factories.project(jurisdiction=place, name="平通河堤防工程")
    sentence = "“平通河堤防工程”各标段中标价合计1200万元，高于批复概算1000万元，超过10%以上。"
    doubt = factories.data_doubt(
        jurisdiction=place,
        project=project,
        sentence=sentence,
        field_name="award_price_wan_yuan",
        state=DoubtState.EXPLAINED,
        explanation="概算调整批复已印发，正在登记。",
        explained_at=factories.MOMENT,
        explained_by_name="演示填报人",
    )
    factories.data_doubt(
        jurisdiction=place,
        check_code="NO_KEY_WORKS",
        state=DoubtState.CORRECTED,
        corrected_at=factories.MOMENT,
    )
    factories.data_doubt(jurisdiction=place, check_code="STARTED_EARLY")
    return doubt


def _look(page: Page, pages: Pages, *checks: Callable[[Page], None]) -> None:
    for client, paths in pages:
        serve_product(page, client)
        for path in paths:
            answer = page.goto(ORIGIN + path)
            assert answer is not None
            assert answer.status == 200, path
            for check in checks:
                check(page)


def _fit_for_fingers(page: Page) -> None:
    assert small_targets(page) == []


def test_pages_on_a_desk(browser_page: Page, pages: Pages) -> None:
    _look(browser_page, pages, assert_accessible, assert_no_sideways_scroll)


def test_pages_on_a_tablet(tablet_page: Page, pages: Pages) -> None:
    _look(tablet_page, pages, assert_accessible, assert_no_sideways_scroll, _fit_for_fingers)
