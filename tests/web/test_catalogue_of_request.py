"""The catalogue of a request is looked up once, and is another one as soon as the language is."""

from __future__ import annotations

import pytest
from flask import Flask
from flask_babel import Domain, gettext

from admin.web.locale import remember


def test_a_page_looks_its_catalogue_up_once(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    looked_up, real = [], Domain.get_translations

    def counted(self: Domain) -> object:
        looked_up.append(1)
        return real(self)

    monkeypatch.setattr(Domain, "get_translations", counted)
    page = app.test_client().get("/login/", headers={"Accept-Language": "zh-Hant"}).text
    assert 'lang="zh-Hant' in page and len(looked_up) == 1


def test_a_language_that_is_chosen_speaks_at_once(app: Flask) -> None:
    with app.test_request_context("/"):
        said = []
        for code in ("en", "zh_Hant_TW", "zh_Hans_CN", "en"):
            remember(code)
            said.append(gettext("Employee"))
        assert said[0] == said[3] == "Employee" and len(set(said)) == 3
