import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.uscc import (
    ALPHABET,
    FICTITIOUS_COUNT,
    InvalidUscc,
    body_check_character,
    check_character,
    fictitious_uscc,
    is_fictitious,
    parse_uscc,
)


@pytest.mark.parametrize("code", ["91512081MA62K0260E", "91350100M000100Y43"])
def test_codes_of_the_standard_are_valid(code):
    assert parse_uscc(code) == code


@pytest.mark.parametrize(
    "text",
    [
        "91512081ma62k0260e",
        "９１５１２０８１ＭＡ６２Ｋ０２６０Ｅ",
        " 91512081 MA62K0260E ",
        "91512081-MA62K026-0E",
    ],
)
def test_other_writings_become_the_stored_form(text):
    assert parse_uscc(text) == "91512081MA62K0260E"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        pytest.param(
            "91350100M000100Y4Z",
            "统一社会信用代码不使用字母I、O、S、V、Z：第18位的“Z”可能是数字2。",
            id="the standard's own wrong example",
        ),
        pytest.param(
            "9151208IMA62K0260E",
            "统一社会信用代码不使用字母I、O、S、V、Z：第8位的“I”可能是数字1。",
            id="I for 1",
        ),
        pytest.param(
            "91512081MA62KO260E",
            "统一社会信用代码不使用字母I、O、S、V、Z：第14位的“O”可能是数字0。",
            id="O for 0",
        ),
        pytest.param("91512081MA62K0260", "统一社会信用代码应为18位，现为17位。", id="too short"),
        pytest.param("91512081MA62K0260EE", "统一社会信用代码应为18位，现为19位。", id="too long"),
        pytest.param(
            "91A12081MA62K0260E",
            "统一社会信用代码只能由数字和大写字母组成，第3至8位（行政区划）应为数字。",
            id="letter in the division",
        ),
        pytest.param(
            "91512081MA62K026五E",
            "统一社会信用代码只能由数字和大写字母组成，第3至8位（行政区划）应为数字。",
            id="Chinese character",
        ),
        pytest.param(
            "91350100M000100Y44",
            "统一社会信用代码校验不通过：按前17位计算，第18位应为“3”，现为“4”，请核对全部18位。",
            id="wrong check character",
        ),
    ],
)
def test_wrong_codes_say_what_would_be_right(text, sentence):
    with pytest.raises(InvalidUscc) as caught:
        parse_uscc(text)

    assert str(caught.value) == sentence


def test_body_check_follows_gb_11714():
    assert body_check_character("MA62K026") == "0"


def test_every_wrong_last_character_is_refused():
    right = "91512081MA62K0260E"
    others = [character for character in ALPHABET if character != right[-1]]

    for character in others:
        with pytest.raises(InvalidUscc, match="校验不通过"):
            parse_uscc(right[:-1] + character)
    assert len(others) == 30


@given(st.integers(0, FICTITIOUS_COUNT - 1), st.sampled_from(["91", "11", "12"]))
def test_fictitious_codes_pass_and_are_recognised(serial, kind):
    code = fictitious_uscc(serial, kind=kind)

    assert parse_uscc(code) == code
    assert is_fictitious(code)
    assert code[16] == body_check_character(code[8:16])


@given(st.lists(st.integers(0, FICTITIOUS_COUNT - 1), min_size=2, max_size=2, unique=True))
def test_fictitious_codes_differ(serials):
    assert fictitious_uscc(serials[0]) != fictitious_uscc(serials[1])


@pytest.mark.parametrize("serial", [-1, FICTITIOUS_COUNT])
def test_fictitious_serial_has_bounds(serial):
    with pytest.raises(ValueError, match="serial"):
        fictitious_uscc(serial)


def test_real_codes_are_not_fictitious():
    assert not is_fictitious("91512081MA62K0260E")


@given(st.integers(0, FICTITIOUS_COUNT - 1), st.integers(0, 16), st.sampled_from(ALPHABET))
def test_one_changed_character_is_always_caught(serial, position, character):
    code = fictitious_uscc(serial)
    changed = code[:position] + character + code[position + 1 :]

    assert (check_character(changed[:-1]) == changed[-1]) == (changed == code)
