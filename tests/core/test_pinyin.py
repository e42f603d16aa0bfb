import pytest

from core.pinyin import full, initials, of_person, sort_key, syllables


@pytest.mark.parametrize(
    ("name", "reading"),
    [
        ("涪城区", "fuchengqu"),
        ("梓潼县", "zitongxian"),
        ("长寿区", "changshouqu"),
        ("盐亭县", "yantingxian"),
        ("北川羌族自治县", "beichuanqiangzuzizhixian"),
        ("什邡市", "shifangshi"),
        ("新都区", "xinduqu"),
        ("长滩水库", "changtanshuiku"),
        ("都坝河", "dubahe"),
        ("引调水工程", "yindiaoshuigongcheng"),
        ("重建", "chongjian"),
        ("重力坝", "zhongliba"),
        ("调蓄水池", "tiaoxushuichi"),
        ("绿化", "lvhua"),
        ("示例水利工程有限公司", "shilishuiligongchengyouxiangongsi"),
    ],
)
def test_place_and_trade_names_are_read_as_people_say_them(name, reading):
    assert full(name) == reading


def test_latin_letters_and_digits_stay_and_signs_go():
    assert syllables("G5段（涪城）K12+300") == ("g5", "duan", "fu", "cheng", "k12", "300")
    assert initials("An安") == "ana"
    assert initials("2023年涪城区") == "2023nfcq"
    assert full("，。") == ""


def test_sort_key_orders_by_syllable():
    assert sorted(["先", "西安"], key=sort_key) == ["西安", "先"]
    assert sorted(["梓潼县", "安州区", "涪城区"], key=sort_key) == ["安州区", "涪城区", "梓潼县"]


@pytest.mark.parametrize(
    ("name", "reading"),
    [
        ("单某", ("shan", "mou")),
        ("曾某某", ("zeng", "mou", "mou")),
        ("尉迟某", ("yu", "chi", "mou")),
        ("李单", ("li", "dan")),
    ],
)
def test_surnames_are_read_as_surnames(name, reading):
    assert of_person(name) == reading
