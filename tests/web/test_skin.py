"""The shared templates: safe under a strict Content-Security-Policy, documented, escaped, wired for screen readers."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup
from wtforms import BooleanField, Form, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired

ADMIN = Path(__file__).resolve().parents[2] / "admin"
TEMPLATES = sorted((ADMIN / "templates").rglob("*.html"))
PARTS = sorted((ADMIN / "templates" / "parts").glob("*.html"))
STATIC = [path for path in sorted((ADMIN / "static").rglob("*")) if path.suffix in {".css", ".js", ".svg"}]
HOSTILE = "<img src=x onerror=alert(1)>{{7*7}}"


def _translated(text: str, **facts: Any) -> str:
    return text % facts if facts else text


@pytest.fixture(scope="module")
def parts() -> SimpleNamespace:
    """The macro files as modules, with the few globals that the web app gives them."""
    environment = Environment(loader=FileSystemLoader(ADMIN / "templates"), autoescape=True)
    environment.globals.update(
        _=_translated,
        csrf_token=lambda: "token",
        once_key=lambda: "once",
        page_here=lambda: "/list",
        written_by=lambda: "",
        held_marks=lambda: "",
        held_files=lambda name: [],
        held_states={},
        request=SimpleNamespace(path="/list", args={}),
    )
    return SimpleNamespace(
        **{
            name: environment.get_template(f"parts/{name}.html").module
            for name in ("page", "forms", "tables", "pictures")
        }
    )


def _relative(path: Path) -> str:
    return str(path.relative_to(ADMIN))


@pytest.mark.parametrize("path", TEMPLATES, ids=_relative)
def test_no_template_carries_inline_style_or_handler_or_script(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"<[^>{]*\sstyle\s*=", text)
    assert not re.search(r"<[^>{]*\son[a-z]+\s*=", text)
    assert "<style" not in text
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)


@pytest.mark.parametrize("path", [*TEMPLATES, *STATIC], ids=_relative)
def test_nothing_is_fetched_from_another_machine(path: Path) -> None:
    text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
    assert "http://" not in text and "https://" not in text


@pytest.mark.parametrize(
    "path", [path for path in PARTS if path.name not in {"icons.html", "mark.html"}], ids=_relative
)
def test_the_head_comment_of_a_parts_file_names_its_macros(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    head = text[: text.index("#}")]
    inner = {"notes", "described", "mark", "refused", "head", "as_table", "spoken", "held"}
    missing = [name for name in re.findall(r"{% macro (\w+)\(", text) if name not in inner and f"{name}(" not in head]
    assert missing == []


def test_a_refused_action_stays_on_the_page_with_its_reason_and_clause(parts: SimpleNamespace) -> None:
    refused = {
        "name": "issue",
        "label": "Issue",
        "allowed": False,
        "refusals": [{"clause": "3.3-d", "text": "One judge, one act."}],
    }
    html = str(parts.forms.action_buttons([refused]))
    assert 'aria-disabled="true" aria-describedby="why-issue-1"' in html
    assert "One judge, one act." in html and 'href="/policy/clauses#c-3.3-d"' in html
    assert "<form" not in html


def test_an_allowed_action_is_a_post_with_a_token(parts: SimpleNamespace) -> None:
    html = str(
        parts.forms.action_buttons([{"name": "open", "label": "Open", "allowed": True, "url": "/act", "primary": True}])
    )
    assert '<form method="post" action="/act"><input type="hidden" name="csrf_token" value="token">' in html
    assert 'class="btn main"' in html


def test_an_action_that_needs_a_reason_opens_a_dialog_that_posts_it(parts: SimpleNamespace) -> None:
    action = {"name": "back", "label": "Return", "allowed": True, "url": "/act", "needs_input": True}
    html = str(parts.forms.action_buttons([action]))
    assert 'data-dialog="act-back"' in html and '<dialog id="act-back"' in html
    assert re.search(r'<textarea[^>]*name="reason"[^>]*required', html)


def test_error_help_and_readers_are_announced_with_the_field(parts: SimpleNamespace) -> None:
    html = str(parts.forms.control("why", "Why", "textarea", HOSTILE, help="Briefly", readers="HR", error="Too long"))
    assert 'aria-describedby="f-why-error f-why-help f-why-readers"' in html and 'aria-invalid="true"' in html
    assert "<img" not in html


def test_every_kind_of_wtforms_field_gets_its_label_and_its_error(parts: SimpleNamespace) -> None:
    class Sample(Form):
        number = StringField("Employee number", [DataRequired("Give the number.")])
        paper = BooleanField("Entered from paper")
        level = RadioField("Level given", choices=[SelectChoice("1", "low"), SelectChoice("2", "high")])

    form = Sample()
    form.validate()
    assert '<label for="number">Employee number' in str(parts.forms.field(form.number))
    assert "Give the number." in str(parts.forms.field(form.number))
    assert '<label for="paper">Entered from paper</label>' in str(parts.forms.field(form.paper))
    assert "<legend>Level given" in str(parts.forms.field(form.level))
    assert 'href="#number"' in str(parts.forms.form_errors(form))


def test_a_rating_scale_shows_each_anchor_and_the_chosen_value(parts: SimpleNamespace) -> None:
    html = str(parts.forms.scale_input("skill", {1: "rarely", 2: "always"}, 2, "Skill"))
    assert html.count('type="radio"') == 2 and "rarely" in html
    assert 'value="2" checked' in html


def test_table_cells_carry_their_label_for_the_phone_and_hostile_text_stays_text(parts: SimpleNamespace) -> None:
    columns = [{"key": "name", "label": "Person"}, {"key": "score", "label": "Score", "num": True}]
    html = str(parts.tables.data_table(columns, [{"name": HOSTILE, "score": None}]))
    assert 'data-label="Person"' in html and "&lt;img" in html and "<img" not in html and "—" in html


def test_a_picture_says_its_figures_in_words_and_in_a_table(parts: SimpleNamespace) -> None:
    rows = [
        {"label": "Senior", "before": 9, "after": 12, "limit": 11},
        {"label": "Junior", "before": 4, "after": 1, "limit": None},
    ]
    html = str(parts.pictures.pyramid(rows, "Before", "After", "Staffing"))
    assert 'aria-label="Staffing: Senior 9 → 12, Junior 4 → 1"' in html and "<table" in html
    assert 'class="fill bad"' in html


def test_markup_given_to_a_part_is_kept(parts: SimpleNamespace) -> None:
    assert "<b>5</b>" in str(parts.page.stat("Open cases", Markup("<b>5</b>")))
