"""Each kind of document is printed once per test run."""

from collections.abc import Callable

import pytest

from reports.gongwen.builders import Facts, build
from reports.rendering import Artefact, render_document
from tests.reports import measure, samples

KINDS: dict[str, Callable[[], Facts]] = {
    "circular": lambda: samples.circular(),
    "short circular": lambda: samples.short_circular(),
    "criticism": lambda: samples.criticism(),
    "rectification": lambda: samples.rectification(),
    "long rectification": lambda: samples.rectification(12),
    "interview": lambda: samples.interview(),
    "reminder": lambda: samples.reminder(),
    "year_plan": lambda: samples.year_plan(),
    "key objects": lambda: samples.key_objects(),
}
FILE_KINDS = ("circular", "short circular", "criticism", "year_plan", "key objects")
LETTER_KINDS = ("rectification", "long rectification", "interview", "reminder")


class Print:
    """A printed sample with its content and its geometry."""

    def __init__(self, kind: str) -> None:
        self.content = build(KINDS[kind](), {})
        self.artefact: Artefact = render_document(self.content)
        self.pages = measure.pages(self.artefact.pdf)

    @property
    def pdf(self) -> bytes:
        return self.artefact.pdf


@pytest.fixture(scope="session")
def prints():
    """Kind → its print, made on first use."""
    made: dict[str, Print] = {}

    def get(kind: str) -> Print:
        if kind not in made:
            made[kind] = Print(kind)
        return made[kind]

    return get
