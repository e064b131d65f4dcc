"""The Chinese catalogues are complete, keep every placeholder, and are compiled."""

from __future__ import annotations

import io
import re
from collections import Counter
from functools import cache
from gettext import GNUTranslations
from pathlib import Path

import flask_appbuilder
import pytest
import wtforms
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask
from flask_wtf import FlaskForm
from opencc import OpenCC
from wtforms import StringField
from wtforms.validators import DataRequired

from config import ROOT

TRANSLATIONS = ROOT / "admin/translations"
LOCALES = ("zh_Hant_TW", "zh_Hans_CN")
KEYWORDS = {**DEFAULT_KEYWORDS, "lazy": None, "lazy_gettext": None, "P_": (2,)}
SAME_IN_CHINESE = {"API"}
PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[sd%]")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
WRITTEN_IN_TAIWAN_TOO = set("准占秘群")  # where OpenCC prefers another form


@cache
def extracted(folder: Path) -> frozenset[str | tuple[str, ...]]:
    """The message ids marked in a folder's Python files and templates."""
    with (TRANSLATIONS / "babel.cfg").open(encoding="utf-8") as mapping:
        methods, options = parse_mapping_cfg(mapping)
    found = extract_from_dir(folder, methods, options, KEYWORDS, strip_comment_tags=True)
    return frozenset(message for _, _, message, _, _ in found if message)


@cache
def catalogue(locale: str) -> Catalog:
    with (TRANSLATIONS / locale / "LC_MESSAGES/messages.po").open("rb") as file:
        return read_po(file, locale=locale)


def texts(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string)


def untranslated(locale: str, ids: frozenset[str | tuple[str, ...]]) -> list[str]:
    translated = {message.id for message in catalogue(locale) if all(texts(message)) and not message.fuzzy}
    return sorted(str(each) for each in ids - translated)


@pytest.mark.parametrize("locale", LOCALES)
def test_every_message_of_ours_is_translated(locale: str) -> None:
    assert untranslated(locale, extracted(ROOT / "admin")) == []


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("framework", [flask_appbuilder, wtforms])
def test_the_messages_of_the_frameworks_are_translated(locale: str, framework: object) -> None:
    assert untranslated(locale, extracted(Path(framework.__file__).parent)) == []


@pytest.mark.parametrize("locale", LOCALES)
def test_nothing_is_translated_that_nobody_says_any_more(locale: str) -> None:
    folders = (ROOT / "admin", *(Path(framework.__file__).parent for framework in (flask_appbuilder, wtforms)))
    said = {each for folder in folders for each in extracted(folder)}
    singles = {each[0] for each in said if isinstance(each, tuple)} | said
    assert sorted(str(each.id) for each in catalogue(locale) if each.id and each.id not in singles) == []


@pytest.mark.parametrize("locale", LOCALES)
def test_no_message_stands_twice_in_a_catalogue(locale: str) -> None:
    # By its text: whoever reads a catalogue keeps the last of two, and says nothing.
    lines = (TRANSLATIONS / locale / "LC_MESSAGES/messages.po").read_text(encoding="utf-8").splitlines()
    assert [
        line for line, times in Counter(each for each in lines if each.startswith("msgid ")).items() if times > 1
    ] == []


@pytest.mark.parametrize("locale", LOCALES)
def test_a_translation_keeps_the_placeholders(locale: str) -> None:
    wrong = {}
    for message in catalogue(locale):
        wanted = sorted(PLACEHOLDER.findall(message.id if isinstance(message.id, str) else message.id[-1]))
        for text in texts(message):
            if message.id and text and sorted(PLACEHOLDER.findall(text)) != wanted:
                wrong[str(message.id)] = text
    assert wrong == {}


@pytest.mark.parametrize("locale", LOCALES)
def test_a_translation_is_chinese(locale: str) -> None:
    english = {
        message.id: text
        for message in catalogue(locale)
        for text in texts(message)
        if message.id not in SAME_IN_CHINESE | {""} and not is_chinese(text)
    }
    assert english == {}


UNSET = {  # what the glossary's rules of setting rule out, by locale; a placeholder takes no blank
    "zh_Hant_TW": re.compile(
        "[\u4e00-\u9fff][,;:!?]|[,;!?][\u4e00-\u9fff]|[\u4e00-\u9fff][A-Za-z0-9]|[A-Za-z0-9][\u4e00-\u9fff]|[“”]"
    ),
    "zh_Hans_CN": re.compile(
        "[\u4e00-\u9fff][,;:!?]|[,;!?][\u4e00-\u9fff]|[\u4e00-\u9fff][A-Za-z0-9]|[A-Za-z0-9][\u4e00-\u9fff]|[「」]"
    ),
}


@pytest.mark.parametrize("locale", LOCALES)
def test_chinese_is_set_with_its_own_punctuation_and_one_blank_beside_letters(locale: str) -> None:
    found = [text for message in catalogue(locale) for text in texts(message) if message.id]
    assert [text for text in found if UNSET[locale].search(PLACEHOLDER.sub("", text))] == []


def is_chinese(text: str) -> bool:
    """Whether a text has Chinese in it, or no word that could be put into Chinese."""
    return bool(CHINESE.search(text)) or not re.search(r"[A-Za-z]{3}", PLACEHOLDER.sub("", text))


def characters(locale: str) -> set[str]:
    return {each for message in catalogue(locale) for text in texts(message) for each in CHINESE.findall(text)}


def test_each_script_keeps_to_itself() -> None:
    to_simplified, to_traditional = OpenCC("t2s").convert, OpenCC("s2t").convert
    assert {each for each in characters("zh_Hans_CN") if to_simplified(each) != each} == set()
    simplified_only = {each for each in characters("zh_Hant_TW") if to_traditional(each) != each == to_simplified(each)}
    assert simplified_only <= WRITTEN_IN_TAIWAN_TOO


@pytest.mark.parametrize("locale", LOCALES)
def test_the_compiled_catalogue_is_up_to_date(locale: str) -> None:
    kept = (TRANSLATIONS / locale / "LC_MESSAGES/messages.mo").read_bytes()
    fresh = io.BytesIO()
    write_mo(fresh, catalogue(locale))
    assert compiled(io.BytesIO(kept)) == compiled(io.BytesIO(fresh.getvalue()))


def compiled(file: io.BytesIO) -> dict[object, object]:
    """What a compiled catalogue translates, header aside."""
    return {key: text for key, text in GNUTranslations(file)._catalog.items() if key}


@pytest.mark.parametrize(
    ("tag", "said"), [("zh-TW", "此欄必填。"), ("zh-CN", "此项必填。"), ("en", "This field is required.")]
)
def test_forms_complain_in_the_reader_s_language(app: Flask, tag: str, said: str) -> None:
    class Asking(FlaskForm):
        answer = StringField(validators=[DataRequired()])

    with app.test_request_context("/login/", headers={"Accept-Language": tag}):
        app.preprocess_request()
        form = Asking(meta={"csrf": False})
        form.validate()
        assert form.answer.errors == [said]
