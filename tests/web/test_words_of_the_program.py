"""No word of the program reaches a reader: parameters have their names, downloads are called by what they hold (1.1)."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask_babel import force_locale, gettext

from admin.domain.power import reads_like_the_system
from admin.domain.refusals import Refusal
from admin.files.faults import quoted
from admin.rulebook.loader import shipped
from admin.web.texts import file_name, refusal_text
from admin.web.trail import NOBODY
from config import ROOT


@pytest.mark.parametrize(
    ("tag", "said"),
    [("zh-TW", "「公示期」不能是 70"), ("zh-CN", "“公示期”不能是 70"), ("en", "Notice period cannot be 70")],
)
def test_a_refusal_names_a_parameter_as_the_policy_does(app: Flask, tag: str, said: str) -> None:
    refusal = shipped().parameter("notice_days").fault(70)
    with app.test_request_context("/", headers={"Accept-Language": tag}):
        app.preprocess_request()
        assert isinstance(refusal, Refusal) and said in refusal_text(refusal)


def test_a_refused_choice_is_said_in_its_words(app: Flask) -> None:
    refusal = shipped().parameter("notice_name_style").fault("none")
    with app.test_request_context("/", headers={"Accept-Language": "zh-TW"}):
        app.preprocess_request()
        assert isinstance(refusal, Refusal) and "number_only" not in refusal_text(refusal)


def test_a_download_keeps_the_reader_s_words_and_nothing_that_a_file_cannot_be_called() -> None:
    assert file_name("職級檔案", "A/1:\n") == "職級檔案 A 1.xlsx"


def test_no_download_is_called_by_a_word_of_the_program() -> None:
    name = re.compile(r"""(?:download_name=|download\([^\n]*, )f?["'][a-z_{][^"']*\.(?:xlsx|docx|csv)["']""")
    found = [
        file.name
        for folder in ("views", "web", "report")
        for file in (ROOT / "admin" / folder).rglob("*.py")
        if name.search(file.read_text(encoding="utf-8"))
    ]
    assert found == [], "web/texts.file_name"


def test_a_whole_number_of_a_spreadsheet_is_repeated_as_one() -> None:
    assert (quoted(2024.0), quoted(2024.5), quoted("2024.0")) == ("2024", "2024.5", "2024.0")


def test_every_word_of_the_trail_for_nobody_is_ruled_out_in_every_language(app):
    for language in ("en", "zh_Hant_TW", "zh_Hans_CN"):
        with app.test_request_context("/"), force_locale(language):
            shown = {gettext(word) for word in NOBODY.values()}
        assert [each for each in shown if not reads_like_the_system(each)] == []
