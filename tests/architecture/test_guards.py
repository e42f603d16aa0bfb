"""Guards over the whole code: every view, task, model and service, and proof that each guard found something."""

from __future__ import annotations

import ast
import inspect
import re
from pathlib import Path

import pytest
from celery import current_app
from django.apps import apps
from django.conf import settings
from django.db import models

from config.celery import app as celery_app
from core.errors import DomainError
from core.rls import is_tenant
from tenancy.jobs import registered_kinds
from tenancy.tasks import SYSTEM, TenantTask
from tests.architecture.matrix import routes

APPS = (
    "core",
    "audit",
    "tenancy",
    "accounts",
    "messaging",
    "projects",
    "inspections",
    "enforcement",
    "guidance",
    "scoring",
    "reports",
    "config",
)
ROOT = Path(settings.BASE_DIR)


def _sources(*parts: str):
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            relative = path.relative_to(ROOT)
            if "migrations" not in relative.parts and (
                not parts or any(part in relative.as_posix() for part in parts)
            ):
                yield relative, path.read_text(encoding="utf-8")


def test_every_view_carries_a_guard():
    views = {name: pattern.callback for name, pattern in routes()}
    unguarded = sorted(name for name, view in views.items() if not hasattr(view, "guard"))

    assert unguarded == []
    assert len(views) >= 30


def test_every_task_knows_its_city_or_says_system():
    celery_app.loader.import_default_modules()
    ours = {name: task for name, task in current_app.tasks.items() if not name.startswith("celery.")}
    loose = [name for name, task in ours.items() if not isinstance(task, TenantTask)]

    assert loose == []
    assert {getattr(task, "reach", None) for task in ours.values()} == {"CITY", SYSTEM}
    with pytest.raises(TypeError, match="city_id"):
        ours["tenancy.tasks.run_job"](job_id="x")


def test_every_job_kind_that_is_enqueued_has_a_handler():
    asked = set()
    for _, source in _sources():
        asked |= set(re.findall(r'enqueue\(\s*kind="([a-z_]+)"', source))

    assert asked - registered_kinds() == set()
    assert len(asked) >= 3


def test_every_tenant_model_keeps_the_scoped_manager():
    wrong = []
    found = 0
    for model in apps.get_models():
        if model._meta.app_label in APPS and is_tenant(model) and model._meta.label != "audit.AuditEvent":
            found += 1
            if "TenantManager" not in {cls.__name__ for cls in type(model._default_manager).__mro__}:
                wrong.append(model._meta.label)

    assert wrong == []
    assert found >= 50


def test_every_stateful_model_is_held_by_constraints():
    loose = []
    for model in apps.get_models():
        names = {field.name for field in model._meta.concrete_fields}
        checks = [c for c in model._meta.constraints if isinstance(c, models.CheckConstraint)]
        if (
            model._meta.app_label in APPS
            and "state" in names
            and not checks
            and model._meta.label != "core.CalendarDay"
        ):
            loose.append(model._meta.label)

    assert sorted(loose) == ["inspections.RecordOperation"], "what becomes of a change is the merge's verdict"


def _public_functions(source: str):
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            yield node


_VERBS = re.compile(
    r"^(confirm|publish|correct|close|issue|accept|withdraw|sign|review|return|submit|edit|discard|draft|decide|approve"
    r"|decline|grant|end|import|undo|record|propose|hold|acknowledge|request|load|change)_"
)


def test_verbs_of_services_are_keyword_only_and_say_who_and_when():
    wrong, found = [], 0
    for path, source in _sources("/services"):
        for function in _public_functions(source):
            if not _VERBS.match(function.name):
                continue
            found += 1
            names = {argument.arg for argument in function.args.kwonlyargs}
            if function.args.args or not {"by", "at"} <= names | {"using"}:
                wrong.append(f"{path}:{function.name}")

    allowed = {
        # Reference data of all cities, loaded by migrations.
        "core/services.py:load_calendar",
        "core/services.py:load_legal_instruments",
        # A person changes the own password; reads.
        "accounts/services.py:change_password",
        "audit/services.py:request_facts",
    }
    assert sorted(set(wrong) - allowed) == []
    assert found >= 20


_CLOCKS = {"timezone.now", "timezone.localdate", "time.time", "datetime.now", "date.today"}


def _reads_a_clock(source: str) -> bool:
    calls = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call) and not node.args)
    return any(ast.unparse(call.func) in _CLOCKS for call in calls)


def test_no_clock_is_read_below_the_edges():
    edges = (
        "views",
        "/api/",
        "forms",
        "tasks",
        "jobs",
        "management",
        "middleware",
        "decorators",
        "templatetags",
        "context",
        "filters",
        "session_store",
    )
    below = [
        (path, source)
        for path, source in _sources()
        if path.parts[0] != "config" and not any(edge in path.as_posix() for edge in edges)
    ]
    readers = {path.as_posix() for path, source in below if _reads_a_clock(source)}

    assert readers <= {
        "reports/services/documents.py",  # stamps the job row of a sign-off; the act carries its own `at`
        "reports/selectors/todos.py",  # what waits for a person now, called by the shell of every page
    }
    assert len(below) >= 100


def test_sentences_of_refusals_end_with_a_full_stop():
    # A bad cell is two half sentences: what is wrong, what would be right.
    refusals = {cls.__name__ for cls in _descendants(DomainError)} - {"BadCell"} | {"DomainError"}
    wrong, found = [], 0
    for path, source in _sources():
        for node in ast.walk(ast.parse(source)):
            if not (isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call)):
                continue
            text = _last_text(node.exc)
            if _name(node.exc) in refusals and text and re.search(r"[一-龥]", text):
                found += 1
                if not text.endswith(("。", "）", "》")):
                    wrong.append(f"{path}:{node.lineno} {text[-12:]}")

    assert wrong == []
    assert found >= 30


def _descendants(cls: type):
    for child in cls.__subclasses__():
        yield child
        yield from _descendants(child)


def _name(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else ""


def _last_text(call: ast.Call) -> str:
    if not call.args:
        return ""
    argument = call.args[-1]
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        return argument.value
    if isinstance(argument, ast.JoinedStr) and argument.values:
        last = argument.values[-1]
        return str(last.value) if isinstance(last, ast.Constant) else ""
    return ""


_THRESHOLDS = {60, 70, 75, 80, 90}


def test_no_threshold_of_the_rubric_stands_in_code():
    """The lines of 约谈, 不合格 and the grades live in the rubric; a comparison with a literal would be a second one."""
    hits, compared = [], 0
    for path, source in _sources("scoring/", "reports/", "enforcement/"):
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Compare):
                compared += 1
                literals = [c.value for c in node.comparators if isinstance(c, ast.Constant)]
                hits += [f"{path}:{node.lineno}" for value in literals if value in _THRESHOLDS]

    assert hits == []
    assert compared >= 200


def test_public_functions_say_what_they_do():
    silent, total = [], 0
    for path, source in _sources("/services", "/selectors", "/rules", "/facts"):
        for function in _public_functions(source):
            total += 1
            if ast.get_docstring(function) is None:
                silent.append(f"{path}:{function.name}")

    assert total >= 80
    assert len(silent) / total < 0.04, silent


def test_the_guard_reader_itself_reads():
    assert inspect.getsource(_sources)
    assert sum(1 for _ in _sources()) >= 120
