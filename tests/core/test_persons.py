import pytest

from core import id_number
from core.id_number import InvalidIdNumber, mask_id_number, parse_id_number
from core.phone import InvalidPhone, mask_phone, parse_phone


def with_check(first_17):
    return first_17 + id_number.check_character(first_17)


def test_check_character_of_the_standard():
    assert id_number.check_character("11010519491231002") == "X"
    assert id_number.check_character("44052418800101001") == "4"


@pytest.mark.parametrize(
    "text", ["11010519491231002X", " 11010519491231002x", "１１０１０５１９４９１２３１００２Ｘ"]
)
def test_writings_of_one_number_become_one(text):
    assert parse_id_number(text) == "11010519491231002X"


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (with_check("11010519490230002"), "身份证号码第7至14位不是真实的日期。"),
        ("110105194912310021", "身份证号码校验不通过，请核对全部18位。"),
        ("11010519491331002X", "身份证号码应为18位：前17位为数字，第7至14位为出生日期，第18位为数字或X。"),
        ("110105491231002", "身份证号码应为18位：前17位为数字，第7至14位为出生日期，第18位为数字或X。"),
        ("01010519491231002X", "身份证号码应为18位：前17位为数字，第7至14位为出生日期，第18位为数字或X。"),
    ],
)
def test_wrong_numbers_are_refused_without_repeating_them(number, sentence):
    with pytest.raises(InvalidIdNumber) as caught:
        parse_id_number(number)

    assert str(caught.value) == sentence
    assert number not in str(caught.value)


def test_mask_shows_three_and_four():
    assert mask_id_number("51078119000101123X") == "510***********123X"
    assert mask_id_number("1234567") == "*******"
    assert mask_id_number("12345678901234") == "123*******1234"
    assert mask_id_number("1234567890123") == "*" * 13


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("13812345678", "13812345678"),
        ("138-1234-5678", "13812345678"),
        ("+86 138 1234 5678", "13812345678"),
        ("０８１６－２３４５６７８", "0816-2345678"),
        ("08162345678", "0816-2345678"),
        ("0816-2345678转801", "0816-2345678-801"),
        ("0816-2345678-801", "0816-2345678-801"),
        ("028-87654321", "028-87654321"),
        ("02887654321", "028-87654321"),
    ],
)
def test_phones_become_their_stored_form(text, stored):
    assert parse_phone(text) == stored
    assert parse_phone(stored) == stored


@pytest.mark.parametrize(
    "text", ["", "12812345678", "1381234567", "138123456789", "2345678", "0816-1234567", "电话"]
)
def test_other_phones_are_refused(text):
    with pytest.raises(InvalidPhone, match=r"^电话号码应为.*。$"):
        parse_phone(text)


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("13812345678", "138****5678"),
        ("0816-2345678", "0816-***5678"),
        ("0816-2345678-801", "0816-***5678"),
        ("123", "***"),
    ],
)
def test_phone_mask(number, masked):
    assert mask_phone(number) == masked
