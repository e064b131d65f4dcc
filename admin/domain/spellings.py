"""How one name is written in many ways, brought to one: script, width, case, marks, gaps, look-alikes, and its sounds.

Two spellings are the same where `plain` makes them equal; `sounds` says how Latin letters would write a character.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

HAN = ((0x3400, 0xA000), (0x20000, 0x2EBE0))
# Letters of other alphabets that look Latin, and with which a name can be written so that nobody sees it.
_LOOK_ALIKES = str.maketrans("аеорсхуіјѕԁһкмтвнαοενρτικ", "aeopcxyijsdhkmtbhaoevptik")
# Characters that are written for one another in names and that no script table joins.
_DIGITS = str.maketrans("〇零一二三四五六七八九壹贰叁肆伍陆柒捌玖", "00123456789123456789")
_UNSEEN = ("Mn", "Cf", "Me")
AT_ONCE = 1_000


@cache
def in_script(way: str) -> Mapping[int, str]:
    """Every character that the other script writes otherwise, with how ("t2s", "s2t"); by the character, so that names always agree."""
    import opencc  # needed only once somebody searches or writes a complaint, and then no longer

    found: dict[int, str] = {}
    with NamedTemporaryFile("w", suffix=".json") as file:
        file.write(json.dumps(_by_characters(Path(opencc.__file__).parent / "clib" / "share" / "opencc", way)))
        file.flush()
        converter = opencc.OpenCC(file.name)
    for first, last in HAN:
        for start in range(first, last, AT_ONCE):  # a hundred thousand texts at once would leave 10 MB of gaps behind
            characters = [chr(code) for code in range(start, min(start + AT_ONCE, last))]
            others = converter.convert("\n".join(characters)).split("\n")
            found |= {ord(one): other for one, other in zip(characters, others, strict=True) if one != other}
    return found


def _by_characters(folder: Path, way: str) -> Any:
    """The library's own rules of a way without its phrases, which take 28 MB and say nothing of single characters."""

    def kept(rule: Any) -> Any:
        if isinstance(rule, list):
            return [kept(each) for each in rule if "Phrases" not in json.dumps(each)]
        if isinstance(rule, dict):
            named = {"file": str(folder / rule["file"])} if "file" in rule else {}
            return {key: kept(value) for key, value in rule.items()} | named
        return rule

    rules = json.loads((folder / f"{way}.json").read_text())
    # The steps themselves stay, though their dictionaries name phrases; of what is in them the phrases go.
    for step in rules["conversion_chain"]:
        step["dict"] = kept(step["dict"])
    return rules | {"normalization": kept(rules["normalization"])}


MOST_WAYS = 32


@cache
def _written_alike() -> Mapping[str, tuple[str, ...]]:
    """By each Simplified character, those that Traditional text writes for it: 发 stands for 發 and 髮."""
    found: dict[str, tuple[str, ...]] = {}
    for code, simple in in_script("t2s").items():
        found[simple] = (*found.get(simple, ()), chr(code))
    return found


def ways_to_write(text: str) -> set[str]:
    """The text as either script may write it, at most some dozens: 范晓明 is 范曉明 and 範曉明 as well, and 陈 is 陳.

    A whole text in one script, which its characters one by one would make too many of, is always among them.
    """
    simple, ways = in_script("t2s"), [""]
    for character in text:
        base = simple.get(ord(character), character)
        each = dict.fromkeys((character, base, *_written_alike().get(base, ())))
        ways = [way + one for way in ways for one in (each if len(ways) * len(each) <= MOST_WAYS else (character,))]
    return {*ways, text.translate(simple), text.translate(in_script("s2t"))}


class _Levelled(dict[int, str]):
    """What each character is compared as, worked out when it is first met: names of 100,000 people are levelled at once."""

    def __init__(self, gap: str) -> None:
        self.gap = gap

    def __missing__(self, code: int) -> str:
        # Decomposed first: an accent is then a mark of its own, and a compatibility character the one that it stands for.
        letters = unicodedata.normalize("NFKD", chr(code)).casefold().translate(_LOOK_ALIKES)
        self[code] = "".join(each if each.isalnum() else self._between(each) for each in letters).translate(
            in_script("t2s")
        )
        return self[code]

    def _between(self, character: str) -> str:
        # What leaves no mark is no gap either: it stands within a word to break it unseen.
        return "" if unicodedata.category(character) in _UNSEEN else self.gap


_TOGETHER, _APART = _Levelled(""), _Levelled(" ")


def plain(text: str) -> str:
    """Letters and figures alone, in one script, width and case, without anything between them."""
    return text.translate(_TOGETHER)


def plain_words(text: str) -> str:
    """The same with a blank wherever anything else stood."""
    return text.translate(_APART)


def figures(text: str) -> str:
    """A plain text with Chinese figures as digits."""
    return text.translate(_DIGITS)


def is_han(character: str) -> bool:
    """Whether it is a Chinese character."""
    return any(first <= ord(character) < last for first, last in HAN)


@cache
def sounds(character: str) -> frozenset[str]:
    """Every way in which Latin letters write a Chinese character's sound, without tones: Pinyin and Wade-Giles."""
    from pypinyin import Style, pinyin  # large, and needed only once somebody writes a complaint

    styles = (Style.NORMAL, Style.WADEGILES)
    found = (pinyin(character, style=style, heteronym=True)[0] for style in styles)
    return frozenset(each for ways in found for way in ways for each in (plain(way), plain(way).replace("ü", "u")))
