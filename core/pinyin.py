"""Pinyin of names: 拼音 order and search by initials, without an ICU collation in the database."""

import re
from collections.abc import Iterator
from functools import lru_cache

from pypinyin import lazy_pinyin, load_phrases_dict

# Readings that the package's dictionary lacks: place names and words of the trade, without tones.
_READINGS = {
    "长寿": "chang shou",
    "长宁": "chang ning",
    "长滩": "chang tan",
    "长沟": "chang gou",
    "长坪": "chang ping",
    "涪城": "fu cheng",
    "涪江": "fu jiang",
    "梓潼": "zi tong",
    "盐亭": "yan ting",
    "什邡": "shi fang",
    "郫都": "pi du",
    "筠连": "jun lian",
    "荥经": "ying jing",
    "新都": "xin du",
    "都坝河": "du ba he",
    "武都": "wu du",
    "白什": "bai shi",
    "柏梓": "bo zi",
    "曾家": "zeng jia",
    "解家": "xie jia",
    "单家": "shan jia",
    "覃家": "qin jia",
    "仇家": "qiu jia",
    "藏王寨": "zang wang zhai",
    "朝阳": "chao yang",
    "重华": "chong hua",
    "重兴": "chong xing",
    "调蓄": "tiao xu",
}

# A surname is read otherwise than the same character inside a word.
_SURNAMES = {
    "曾": "zeng",
    "单": "shan",
    "解": "xie",
    "仇": "qiu",
    "覃": "qin",
    "任": "ren",
    "查": "zha",
    "盖": "ge",
    "区": "ou",
    "朴": "piao",
    "尉迟": "yu chi",
    "长孙": "zhang sun",
}

# the package wants one list of readings per character; this table is its documented extension point
load_phrases_dict({word: [[syllable] for syllable in text.split()] for word, text in _READINGS.items()})


_RUNS = re.compile(r"[A-Za-z0-9]+|[^A-Za-z0-9]+")

_REMEMBERED = 4096
"""Texts read once: the same places, roles and catalogue items are named over and over."""


@lru_cache(maxsize=_REMEMBERED)
def syllables(text: str) -> tuple[str, ...]:
    """One lower-case syllable per Chinese character; runs of Latin letters and digits stay whole."""
    return tuple(part for part, _ in _parts(text))


def of_person(name: str) -> tuple[str, ...]:
    """As `syllables`, with the surname read as a surname (曾 zeng, 单 shan, 尉迟 yu chi)."""
    for surname in sorted(_SURNAMES, key=len, reverse=True):
        if name.startswith(surname):
            return (*_SURNAMES[surname].split(), *syllables(name[len(surname) :]))
    return syllables(name)


def full(text: str) -> str:
    """ "涪城区" → "fuchengqu": for search by substring."""
    return "".join(syllables(text))


@lru_cache(maxsize=_REMEMBERED)
def initials(text: str) -> str:
    """ "涪城区" → "fcq": for search by initials; Latin letters and digits stay ("G5段" → "g5d")."""
    return "".join(part[0] if is_chinese else part for part, is_chinese in _parts(text))


def sort_key(text: str) -> str:
    """ "涪城区" → "fu cheng qu": orders by syllable, so that 西安 (xi an) comes before 先 (xian)."""
    return " ".join(syllables(text))


def _parts(text: str) -> Iterator[tuple[str, bool]]:
    """Syllables and ASCII runs in order, each with whether it was read from a Chinese character."""
    for run in _RUNS.findall(text):
        if run[0].isascii() and run[0].isalnum():
            yield run.lower(), False
        else:
            for syllable in lazy_pinyin(run, errors="ignore"):
                yield syllable, True
