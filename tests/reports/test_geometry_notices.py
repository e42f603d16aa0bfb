"""Negative controls: a style sheet that is off by little makes the geometry tests fail."""

import shutil

import pytest

from reports import rendering
from tests.reports import test_geometry
from tests.reports.conftest import Print


@pytest.fixture
def printed_with(monkeypatch, tmp_path):
    """Prints of the samples with one thing changed in the style sheet."""

    def make(old, new):
        folder = tmp_path / "gongwen"
        shutil.copytree(rendering.TEMPLATES, folder)
        sheet = folder / "gongwen.css"
        text = sheet.read_text("utf-8")
        assert old in text
        sheet.write_text(text.replace(old, new), "utf-8")
        monkeypatch.setattr(rendering, "TEMPLATES", folder)
        rendering._press.cache_clear()
        return Print

    yield make
    rendering._press.cache_clear()


@pytest.mark.parametrize(
    ("old", "new", "check"),
    [
        pytest.param("10.22727mm", "10.42mm", "test_lines_stand_one_pitch_apart", id="line pitch"),
        pytest.param("37mm 26mm 35mm 28mm", "37mm 26mm 35mm 29mm", "test_left_edge_of_the_body_is_the_binding_margin",
                     id="binding margin"),
        pytest.param("font: 16pt/", "font: 15pt/", "test_body_is_of_size_three", id="body size"),
        pytest.param("11.14286mm", "5.5mm", "test_paragraphs_are_indented_two_characters", id="indent"),
        pytest.param("5.57143mm 0 0;", "12mm 0 0;", "test_page_numbers", id="page number"),
        pytest.param("4.6mm 5.57143mm", "1mm 5.57143mm", "test_page_numbers", id="height of the page number"),
        pytest.param(".rule { height: 0.5mm", ".rule { height: 0.9mm", "test_red_rule_is_4_mm_below_the_number",
                     id="red rule"),
        pytest.param("font: 22pt/", "font: 20pt/", "test_title_is_22_points_and_centred", id="title size"),
        pytest.param(".thin { height: 0.25mm", ".thin { height: 0.35mm",
                     "test_imprint_has_three_rules_at_the_foot_of_the_last_page", id="rule of the imprint"),
        pytest.param("top: 3mm; width: 42mm", "top: 30mm; width: 42mm",
                     "test_seal_begins_within_a_line_of_the_text_and_covers_organ_and_date", id="seal"),
    ],
)  # fmt: skip
def test_a_small_fault_is_noticed(printed_with, old, new, check):
    faulty = printed_with(old, new)

    with pytest.raises(AssertionError):
        getattr(test_geometry, check)(faulty, "criticism")
