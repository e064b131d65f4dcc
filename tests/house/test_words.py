"""One word for one thing: no second name that the glossary has ruled out comes back, in any of the three languages (GLOSSARY.md)."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from admin.files.workbooks import LANGUAGES
from admin.queries.committee import minutes_words
from admin.queries.outcome import document_words
from admin.queries.outcome.document_words import DocumentWording
from config import ROOT
from tests.house.test_catalogues import catalogue, extracted, texts

GLOSSARY = ROOT / "admin/GLOSSARY.md"
CATALOGUES = {"zh_hant": "zh_Hant_TW", "zh_hans": "zh_Hans_CN"}
Text = tuple[str, str]  # where it stands, what it says


def ruled_out(language: str) -> dict[str, re.Pattern[str]]:
    """The second names of the glossary's last table, each as a pattern."""
    column = 2 + LANGUAGES.index(language)
    table = GLOSSARY.read_text(encoding="utf-8").rpartition("| say |")[2].splitlines()[2:]
    words = [word for line in table for word in line.split("|")[column].strip().split("、") if word]
    if language == "en":
        return {word: re.compile(rf"\b{word}\b", re.IGNORECASE) for word in words}
    return {word: re.compile(word.replace("（?!", "(?!").replace("）", ")")) for word in words}


def values(node: Any, language: str, inside: bool = False) -> Iterator[str]:
    """The texts of a tree of YAML that are of a language; of a file of one language every text."""
    if isinstance(node, str) and inside:
        yield node
    elif isinstance(node, dict):
        for key, each in node.items():
            yield from values(each, language, inside or key == language)
    elif isinstance(node, list):
        for each in node:
            yield from values(each, language, inside)


def of_catalogues(language: str) -> Iterator[Text]:
    if language == "en":
        for each in extracted(ROOT / "admin"):
            yield from (("msgid", text) for text in ([each] if isinstance(each, str) else each))
        return
    for message in catalogue(CATALOGUES[language]):
        yield from ((f"msgid {message.id}", text) for text in texts(message) if message.id)


def of_rulebook(language: str) -> Iterator[Text]:
    for file in sorted((ROOT / "admin/rulebook").glob("policy-*/*.yaml")):
        for text in values(yaml.safe_load(file.read_text(encoding="utf-8")), language):
            yield file.name, text


def of_site(language: str) -> Iterator[Text]:
    file = ROOT / f"notice_site/strings/{language}.yaml"
    for text in values(yaml.safe_load(file.read_text(encoding="utf-8")), language, inside=True):
        yield file.name, text


def of_papers(language: str) -> Iterator[Text]:
    """What documents and minutes print: every text in three languages of the modules that hold their words."""
    place = LANGUAGES.index(language)

    def found(value: Any) -> Iterator[str]:
        if isinstance(value, tuple) and len(value) == len(LANGUAGES) and all(isinstance(each, str) for each in value):
            yield value[place]
        elif isinstance(value, DocumentWording):
            yield from (text for each in (value.titles, value.introduction, value.appeal) for text in found(each))
        elif isinstance(value, dict | tuple):
            for each in value.values() if isinstance(value, dict) else value:
                yield from found(each)

    for words in (document_words, minutes_words):
        for name, value in vars(words).items():
            if name.isupper() and name != "FORMER":  # as it was printed
                yield from ((name, text) for text in found(value))


def of_demo(language: str) -> Iterator[Text]:
    """What the demo's people write, read as the product's own example; not how their company calls its departments."""
    files = {file for file in (ROOT / "admin/demo").glob("*.py") if file.stem not in ("people", "setting")}
    for file in sorted(files) if language == "zh_hant" else ():
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and re.search("[\u4e00-\u9fff]", node.value)
            ):
                yield file.name, node.value


def second_names(language: str, text: str) -> list[str]:
    return [word for word, pattern in ruled_out(language).items() if pattern.search(text)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "place", [of_catalogues, of_rulebook, of_site, of_papers, of_demo], ids=lambda each: each.__name__
)
def test_no_second_name_comes_back(place: Any, language: str) -> None:
    found = [
        f"{where}: {'、'.join(wrong)} in “{text}”"
        for where, text in place(language)
        if (wrong := second_names(language, text))
    ]
    assert found == [], "admin/GLOSSARY.md says which word to use"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("zh_hant", "人力資源部發文"),
        ("zh_hans", "数据不足的指针"),
        ("en", "Nobody is told."),
        ("en", "It stands in row 2"),
    ],
)
def test_a_second_name_would_be_found(language: str, text: str) -> None:
    assert second_names(language, text)


def test_a_word_that_holds_a_second_name_is_not_one() -> None:
    assert second_names("zh_hant", "人力資源部門") == [] and second_names("en", "A recommendation") == []
