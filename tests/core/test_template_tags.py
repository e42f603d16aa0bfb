import datetime as dt

import pytest
from django import forms
from django.template import Context, Template
from django.test import RequestFactory

from core.components import SIGNS, Tone, chip
from core.templatetags.anlan import errors_of


def render(source, **context):
    return Template("{% load anlan %}" + source).render(Context(context))


def test_query_sets_and_removes_names_and_keeps_the_rest():
    request = RequestFactory().get("/?county=3&page=2&kind=a&kind=b")

    text = render('{% query page=None q="a&b" %}', request=request)

    assert text == "?county=3&amp;kind=a&amp;kind=b&amp;q=a%26b"


def test_every_tone_has_a_sign_so_that_colour_never_speaks_alone():
    assert set(SIGNS) == set(Tone)
    assert [tone for tone in Tone if not SIGNS[tone]] == [Tone.PLAIN]
    assert len({SIGNS[tone] for tone in (Tone.GENERAL, Tone.SERIOUS, Tone.GRAVE, Tone.RED, Tone.BLACK)}) == 5


def test_chip_escapes_its_words():
    html = chip("grave", "<b>", title='"x"')

    assert '<span class="chip chip-grave" title="&quot;x&quot;">' in html
    assert "&lt;b&gt;" in html
    assert render('{% chip "grave" label title %}', label="<b>", title='"x"') == html


def test_chip_of_an_unknown_tone_is_a_mistake_in_code():
    with pytest.raises(ValueError, match="nice"):
        chip("nice", "好")


@pytest.mark.parametrize(("value", "text"), [(0, "0"), ("", "—"), (None, "—"), ("有", "有")])
def test_or_dash_keeps_zero(value, text):
    assert render("{{ value|or_dash }}", value=value) == text


def test_at_shows_the_time_only_where_there_is_one():
    assert render("{{ v|at }}", v=dt.date(2023, 9, 5)) == "2023-09-05"
    assert render("{{ v|at }}", v=dt.datetime(2023, 9, 5, 6, 32, tzinfo=dt.UTC)) == "2023-09-05 14:32"


class Sample(forms.Form):
    name = forms.CharField(label="名称", error_messages={"required": "请填写名称。"})
    severity = forms.ChoiceField(
        label="程度",
        choices=[("a", "一般")],
        widget=forms.RadioSelect,
        error_messages={"required": "请选择程度。"},
    )

    def clean(self):
        raise forms.ValidationError("两项不一致。")


def test_errors_link_to_the_control_or_to_its_group():
    form = Sample({})

    assert errors_of([form, "", None]) == [
        ("", "两项不一致。"),
        ("id_name", "名称：请填写名称。"),
        ("id_severity_group", "程度：请选择程度。"),
    ]


def test_a_form_without_errors_shows_no_summary():
    html = render('{% include "components/_error_summary.html" with forms=form %}', form=Sample())

    assert html.strip() == ""


def test_optional_fields_are_marked_and_mandatory_ones_are_not():
    class Form(forms.Form):
        must = forms.CharField(label="必填")
        may = forms.CharField(label="可填", required=False)

    html = render('{% include "components/_form.html" with submit="保存" %}', form=Form())

    assert html.count("（选填）") == 1
    assert html.index("可填") < html.index("（选填）")
