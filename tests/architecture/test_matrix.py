"""Route × role × relation, generated from the resolver, judged by the declarative policy.

Strangers get 404, byte-identical to an id that does not exist, and leave no trace in any tenant table. The negative
controls at the end take one layer of the wall away and show that the other holds; with both away the walk must see a leak.
"""

from __future__ import annotations

import pytest
from django.db import connection
from django.urls import reverse

from accounts.roles import Role
from config import context
from config import navigation as menu
from projects.models import Project
from tenancy.querysets import TenantManager, TenantQuerySet
from tenancy.scope import city_scope, current_scope
from tests.architecture.matrix import (
    MONTH,
    NOWHERE,
    OTHER_CITY,
    OWN,
    RELATIONS,
    SIBLING,
    World,
    reaches,
    routes,
    same_page,
)
from tests.architecture.policy import ROUTES
from tests.conftest import create_database, drop_database, owner_connection, use_database

_MOVED, _NOT_ALLOWED, _FORBIDDEN, _NOT_FOUND = (302, 303), 405, 403, 404


@pytest.fixture(scope="module")
def world(template_database, worker_database, worker_id, run_token, django_db_blocker):
    """One world for the whole walk, in a database of its own."""
    name = f"anlan_{run_token}_{worker_id}_matrix"
    create_database(name, template_database)
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        use_database(name)
        made = World()
        _count_once(patch)
        yield made
        use_database(worker_database)
    drop_database(name)


def _count_once(patch):
    """What waits for a person is counted once: nothing in the walk changes it, and two thirds of a page's time went there.

    The counts have tests of their own (tests/reports/test_office_pages.py, tests/messaging/test_pages.py).
    """
    for module, name in ((context, "todo_count"), (context, "unread_count"), (menu, "_counts")):
        patch.setattr(module, name, _remembered(getattr(module, name)))


def _remembered(count):
    known = {}

    def ask(who, *further):
        # The menu counts what it names for a scope, the others count for a person.
        key = (frozenset(who), current_scope()) if isinstance(who, set) else getattr(who, "pk", who)
        if key not in known:
            known[key] = count(who, *further)
        return known[key]

    return ask


def test_every_route_is_in_the_policy_and_no_line_is_left_over():
    named = {name for name, _ in routes()}

    assert named - set(ROUTES) == set(), "a route without a line in tests/architecture/policy.py"
    assert set(ROUTES) - named == set(), "a line without a route"


@pytest.mark.parametrize("name", sorted(ROUTES))
def test_route(world, name):
    route = ROUTES[name]
    cells = 0

    unknown = _Unknown(world, name, route)
    for relation in RELATIONS if route.subject else (OWN,):
        url = _url(world, name, route, relation)
        _anonymous(world, route, url)
        for role in Role:
            if (
                relation in (OWN, OTHER_CITY) or role in route.opens
            ):  # a refused role is refused whatever it names
                _visit(world, route, role, relation, url, unknown)
                cells += 1

    assert cells >= len(Role)
    assert world.changed_tables() == [], "the walk changed a tenant table"


def _anonymous(world, route, url):
    response = world.anonymous.get(url)
    if route.public:
        assert response.status_code in ((_NOT_ALLOWED,) if route.unsafe else (200, 503))
    elif route.is_api:
        assert (response.status_code, response.json()["code"]) == (401, "login")
    else:
        assert response.status_code == 302
        assert response["Location"].startswith("/account/login")


def _visit(world, route, role, relation, url, unknown):
    client = world.clients[role]
    seen = f"{unknown.name} as {role} on {relation}"
    if route.public:
        assert client.get(url).status_code in ((_NOT_ALLOWED,) if route.unsafe else (200, 302, 503)), seen
    elif role not in route.opens:
        assert client.get(url).status_code == _FORBIDDEN, seen
        assert client.post(url).status_code == _FORBIDDEN, seen
    elif not route.subject or reaches(role, relation):
        expected = (_NOT_ALLOWED,) if route.unsafe else (200, *_MOVED)
        assert client.get(url).status_code in expected, seen
    else:
        _stranger(route, client, url, unknown.page(role), seen)


class _Unknown:
    """What each role is told about an id that does not exist; asked once, as it is the same for every stranger."""

    def __init__(self, world, name, route):
        self.name, self._route, self._clients = name, route, world.clients
        self._url = _url(world, name, route, NOWHERE) if route.subject else ""
        self._pages = {}

    def page(self, role):
        if role not in self._pages:
            response = _ask(self._route, self._clients[role])(self._url)
            self._pages[role] = same_page(response.content, self._url)
        return self._pages[role]


def _ask(route, client):
    if route.is_put:
        return client.put
    return client.post if route.unsafe else client.get


def _stranger(route, client, url, page_of_unknown, seen):
    response = _ask(route, client)(url)
    assert response.status_code == (200 if route.is_open_to_all else _NOT_FOUND), seen
    assert same_page(response.content, url) == page_of_unknown, f"{seen}: unlike an unknown id"
    if not route.unsafe and not route.is_open_to_all:
        assert client.post(url).status_code in (_NOT_FOUND, _NOT_ALLOWED), seen


def _url(world, name, route, relation):
    arguments = world.arguments(route.subject, relation) if route.subject else {}
    further = {key: MONTH if key == "month" else value for key, value in route.arguments}
    return reverse(name, kwargs={**arguments, **further})


_SEEKER = Role.COUNTY_REPORTER


def _rows_of_strangers(world, *, relation):
    """What a county finds of a place outside of it: pages of its objects that open, and lists and searches naming them."""
    place, client = world.places[relation], world.clients[_SEEKER]
    marks = [
        str(thing.pk).encode() for kind, thing in place.objects.items() if kind not in ("batch", "export")
    ]
    found, asked = [], 0
    for name, route in ROUTES.items():
        if route.public or route.unsafe or route.is_open_to_all or _SEEKER not in route.opens:
            continue
        asked += 1
        response = client.get(_url(world, name, route, relation), {"q": place.objects["project"].name})
        if route.subject and response.status_code == 200:
            found.append(name)
        elif any(mark in response.content for mark in marks):
            found.append(f"{name} names it")
    assert asked >= 20
    return found


@pytest.fixture
def without_application_filter(monkeypatch):
    """The queryset layer taken away."""
    monkeypatch.setattr(TenantQuerySet, "for_scope", lambda self, scope: self.all())


@pytest.fixture
def without_row_level_security(world):
    """The database's layer taken away, by the owner."""
    with owner_connection(connection.settings_dict["NAME"]) as owner:
        tables = [t for (t,) in owner.execute("SELECT DISTINCT tablename FROM pg_policies").fetchall()]
        for table in tables:
            owner.execute(f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY')
        yield
        for table in tables:
            owner.execute(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')


@pytest.mark.parametrize("relation", [SIBLING, OTHER_CITY])
def test_both_layers_hold(world, relation):
    assert _rows_of_strangers(world, relation=relation) == []


@pytest.mark.parametrize("relation", [SIBLING, OTHER_CITY])
def test_row_level_security_holds_alone(world, without_application_filter, relation):
    assert _rows_of_strangers(world, relation=relation) == []


@pytest.mark.parametrize("relation", [SIBLING, OTHER_CITY])
def test_the_application_holds_alone(world, without_row_level_security, relation):
    assert _rows_of_strangers(world, relation=relation) == []


@pytest.mark.parametrize("relation", [SIBLING, OTHER_CITY])
def test_with_both_layers_away_the_walk_sees_the_leak(
    world, without_application_filter, without_row_level_security, relation
):
    """Negative control: if the walk finds nothing here, the three tests above prove nothing."""
    assert len(_rows_of_strangers(world, relation=relation)) >= 8


def test_the_scope_of_one_city_counts_only_its_own_rows(world):
    with city_scope(world.city.id):
        assert Project.objects.count() == len([OWN, SIBLING])
    assert issubclass(type(Project._default_manager), TenantManager)
