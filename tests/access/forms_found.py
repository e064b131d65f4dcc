"""The forms of the hand-made pages, found where people find them: on the pages of the matrix, by those who are shown them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlsplit

from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException

from admin.web.page import Page
from tests.access.test_matrix import ROWS
from tests.access.world import PEOPLE, World

FIRST = ("hr", "chair", "management", "member", "panel", "employee", "superior", "head", "officer")
# Routes that no page's form leads to with something typed: why.
BY_PROGRAM = {
    "autosave": "a script sends it and reads JSON",
    "keep": "a script sends it and reads JSON",
}
SILENT = ("hidden", "pressed", "password", "file", "submit", "button")


@dataclass
class Form:
    """A form on a page: where it is sent, and its fields as (name, kind, value) in their order."""

    page: str
    person: str
    action: str
    heading: str = ""
    key: str = ""
    sends: bool = False  # whether it has a button that sends it
    fields: list[tuple[str, str, str]] = field(default_factory=list)

    def filled(self) -> tuple[MultiDict[str, str], list[str]]:
        """What is sent, and which of it must be read again."""
        sent: MultiDict[str, str] = MultiDict()
        typed = []
        for place, (name, kind, value) in enumerate(self.fields):
            if kind in ("text", "textarea", "search"):
                value = f"typed <{place}> 打"
            elif kind == "date":
                value = "2026-12-24"
            elif kind == "number":
                value = str(100 + place)
            elif kind == "datetime-local":
                value = "2026-12-24T10:00"
            if kind not in ("file", "submit", "button", "password"):
                sent.add(name, value)
            if kind not in (*SILENT, "checkbox", "radio", "select"):
                typed.append(value)
        return sent, typed


class Forms(HTMLParser):
    """Reads the forms of a page that are sent by POST."""

    def __init__(self, page: str, person: str) -> None:
        super().__init__()
        self.page, self.person = page, person
        self.found: list[Form] = []
        self.form: Form | None = None
        self.select = ""
        self.in_heading, self.heading = False, ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.in_heading = self.in_heading or tag == "h1"
        if tag == "form" and given.get("method", "").lower() == "post":
            path = urlsplit(given.get("action") or self.page).path
            self.form = Form(self.page, self.person, path, key=given.get("id", "no id"))
            self.found.append(self.form)
        if tag == "button" and given.get("type") != "button" and "disabled" not in given:
            self._button(given)
        if self.form is None:
            return
        if tag == "option" and self.select and given.get("value"):
            self.form.fields = [each for each in self.form.fields if each[:2] != (self.select, "select")]
            self.form.fields.append((self.select, "select", given["value"]))
        if not given.get("name"):
            return
        self.select = given["name"] if tag == "select" else self.select
        if tag == "input":
            self.form.fields.append((given["name"], given.get("type", "text"), given.get("value", "on")))
        if tag == "textarea":
            self.form.fields.append((given["name"], tag, ""))

    def _button(self, given: dict[str, str]) -> None:
        """A button sends the form that it stands in, or the one that it names, and says which one it is."""
        by_name = next((each for each in self.found if each.key == given.get("form")), None)
        form = by_name or self.form
        if form is not None:
            form.sends = True
            form.fields += [(given["name"], "pressed", given.get("value", ""))] if given.get("name") else []

    def handle_endtag(self, tag: str) -> None:
        self.in_heading = self.in_heading and tag != "h1"
        self.select = "" if tag == "select" else self.select
        self.form = None if tag == "form" else self.form

    def handle_data(self, data: str) -> None:
        self.heading += data if self.in_heading else ""


def read(html: str, page: str, person: str) -> list[Form]:
    reader = Forms(page, person)
    reader.feed(html)
    for form in reader.found:
        form.heading = reader.heading.strip()
    return reader.found


def client_of(world: World, person: str) -> FlaskClient:
    client = world.app.test_client()
    client.set_cookie("portal", world.sessions[person])
    return client


def hand_made(world: World) -> set[str]:
    """The endpoints of hand-made pages that take a form."""
    with world.app.app_context():
        views = {type(view).__name__ for view in world.app.appbuilder.baseviews if isinstance(view, Page)}  # type: ignore[attr-defined]
    rules = world.app.url_map.iter_rules()
    taken = {each.endpoint for each in rules if "POST" in (each.methods or ()) and each.endpoint.split(".")[0] in views}
    return {each for each in taken if each.rpartition(".")[2] not in BY_PROGRAM}


def endpoint_of(world: World, path: str) -> str:
    try:
        return str(world.app.url_map.bind("localhost").match(path, method="POST")[0])
    except HTTPException:
        return ""


PAGES: dict[tuple[str, str], str] = {}  # every operation is refused here, so that a page stays as it was


def shown(world: World, page: str, person: str) -> str:
    """The page as a person sees it; empty where it is none of the web."""
    if (page, person) not in PAGES:
        with client_of(world, person).get(page) as answer:
            PAGES[page, person] = answer.text if answer.mimetype == "text/html" else ""
    return PAGES[page, person]


def pages(world: World) -> Iterator[tuple[str, str]]:
    """Every page of the matrix with somebody who is shown it, each by those first who have most to do."""
    order = [*FIRST, *(name for name in PEOPLE[1:] if name not in FIRST)]
    for person in order:
        for row in ROWS:
            if row.method == "GET" and row.answers[person] == "200" and not row.path.startswith(("/api/", "/static/")):
                yield world.address(row.path), person


def forms_of(world: World) -> dict[str, Form]:
    """One form for each endpoint, as somebody finds it on a page; the one with most to type."""
    missing, found = hand_made(world), dict[str, Form]()
    for page, person in pages(world):
        view = (endpoint_of(world, page) or shown_by(world, page)).partition(".")[0]
        if person != "hr" and not any(each.startswith(f"{view}.") for each in missing - set(found)):
            continue
        for form in read(shown(world, page, person), page, person):
            endpoint = endpoint_of(world, form.action)
            if endpoint in missing and len(form.fields) > len(found[endpoint].fields if endpoint in found else ()):
                found[endpoint] = form
    return found


def shown_by(world: World, page: str) -> str:
    try:
        return str(world.app.url_map.bind("localhost").match(urlsplit(page).path)[0])
    except HTTPException:
        return ""
