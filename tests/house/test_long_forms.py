"""No form can be without what keeps its text: every form that is sent carries the marks, and one script looks after them all."""

from __future__ import annotations

import re

from config import ROOT

TEMPLATES = ROOT / "admin" / "templates"
MARKS = re.compile(r"forms\.csrf\(\)|forms\.marks\(\)|\{\{-? ?csrf\(\)|form\.hidden_tag\(\)")
# Forms in which nobody types: why, or who keeps their text otherwise.
WITHOUT = {
    "appbuilder/baselayout.html": "a button",
    "appbuilder/navbar_right.html": "a button",
    "errors/sign_again.html": "carries on the form that was sent, its marks among it",
    "report/form.html": "the complaint form leaves no trace: the page alone keeps the text (6.3-a)",
    "report/state.html": "the complaint form leaves no trace: the page alone keeps the text (6.3-a)",
    "report/ask.html": "a receipt, by which nobody is to be known",
}


def forms() -> list[tuple[str, str]]:
    """Each form that is sent by POST, with its template."""
    found = []
    for path in sorted(TEMPLATES.rglob("*.html")):
        parts = re.sub(r"\{#.*?#\}", "", path.read_text("utf-8"), flags=re.S).split("<form ")[1:]
        texts = [each.partition("</form>")[0] for each in parts if 'method="post"' in each.partition(">")[0]]
        found += [(path.relative_to(TEMPLATES).as_posix(), text) for text in texts]
    return found


def test_every_form_that_is_sent_carries_for_whom_it_was_made_and_what_is_kept_of_it() -> None:
    found = forms()
    assert len(found) > 60
    assert sorted({name for name, text in found if not MARKS.search(text)} - set(WITHOUT)) == []
    assert set(WITHOUT) <= {name for name, _text in found}


def test_the_marks_are_what_the_script_and_the_server_look_for() -> None:
    marks = (
        (TEMPLATES / "parts" / "forms.html").read_text("utf-8").partition("macro marks()")[2].partition("endmacro")[0]
    )
    assert re.findall(r'name="(\w+)"', marks) == ["once", "stands_on", "unsent", "written_by"]
    script = (ROOT / "admin" / "static" / "js" / "portal.js").read_text("utf-8")
    assert 'querySelector("form textarea")' in script
    assert "autosave" not in "".join(text for name, text in forms() if name.startswith("report/"))
