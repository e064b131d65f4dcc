"""A page with one of its forms filled in again as it was sent, and words put beside it: plain HTML in, plain HTML out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape, unescape
from html.parser import HTMLParser
from typing import Final
from urllib.parse import urljoin, urlsplit

Attributes = list[tuple[str, str | None]]
VERSION: Final = "unsent"  # the version of what is kept of a form until it is sent
HELD: Final = "held_files"  # the words by which a form names the files that wait for their check
TOKENS: Final = frozenset({"csrf_token", "once", "stands_on", "written_by", VERSION, HELD})  # made anew with every page
MADE_ANEW: Final = frozenset({"seen", "back"})  # what a page carries of the moment at which it was made
UNTOUCHED: Final = frozenset({"password", "file", "submit", "button", "image", "reset"})
TICKED: Final = frozenset({"checkbox", "radio"})
MARKED: Final = re.compile(r"\s*\*\s*\([^)]*\)$")  # the mark of a field that must be filled in
FOLDED: Final = frozenset({"dialog", "details"})  # what hides a form until it is opened


@dataclass(frozen=True)
class SentForm:
    """What came of a form: where it was sent, what it held, and what is said about it.

    `block` is markup for the head of the form, `beside` a text for each faulty field, `apart` markup for the head of the
    page where the form stands there no more. `stays` names fields that keep what the page has in them; `version` is written
    into the form. One that was kept fits only where all that it carried unseen is the same, the fields named by `kept` among
    it, and opens no dialog.
    """

    path: str
    values: Mapping[str, Sequence[str]]
    block: str
    apart: str
    beside: Mapping[str, str] = field(default_factory=dict)
    stays: Collection[str] = ()
    version: int | None = None
    kept: Collection[str] | None = None


@dataclass
class _Form:
    """A form of the page: its address, what it carries unseen, the names of its fields, what it is folded into."""

    path: str
    hidden: dict[str, list[str]] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    folds: tuple[int, ...] = ()
    labels: dict[str, str] = field(default_factory=dict)
    options: dict[tuple[str, str], str] = field(default_factory=dict)

    def shown(self, name: str, values: Mapping[str, Sequence[str]]) -> str:
        """What a field holds, in the words of its list where it has one."""
        return "\n".join(self.options.get((name, value)) or value for value in values.get(name, ()))


def refilled(html: str, page: str, sent: SentForm) -> str:
    """The page with its form as it was sent and the words in it; with the words at its head where it has no such form."""
    reader = _Reader(page)
    reader.feed(html)
    reader.close()
    place = _chosen(reader.forms, sent)
    writer = _Writer(sent, place, reader.forms[place].folds if place is not None and sent.kept is None else ())
    writer.feed(html)
    writer.close()
    return "".join(writer.out)


def told_apart(html: str, page: str, sent: SentForm, other: Mapping[str, Sequence[str]]) -> list[tuple[str, str, str]]:
    """Where what was sent and another version of it differ: (label, what was sent, the other), as the page calls its fields."""
    reader = _Reader(page)
    reader.feed(html)
    reader.close()
    place = _chosen(reader.forms, sent)
    form = reader.forms[place] if place is not None else _Form(page)
    names = [name for name in dict.fromkeys((*sent.values, *other)) if name not in TOKENS and name not in form.hidden]
    pairs = [(name, form.shown(name, sent.values), form.shown(name, other)) for name in names if name not in sent.stays]
    return [(form.labels.get(name, name), mine, theirs) for name, mine, theirs in pairs if mine != theirs]


def _chosen(forms: Sequence[_Form], sent: SentForm) -> int | None:
    """Of the forms with this address the one that carries what was sent unseen, and has the fields that were sent."""
    here = [place for place, form in enumerate(forms) if form.path == sent.path]
    if sent.kept is not None:
        here = [
            place
            for place in here
            if _carries(forms[place], sent)[0] == 0 and set(sent.kept) <= set(forms[place].hidden)
        ]
    return max(here, key=lambda place: (_carries(forms[place], sent), -place), default=None)


def _carries(form: _Form, sent: SentForm) -> tuple[int, int]:
    other = sum(
        list(sent.values.get(name, ())) != values for name, values in form.hidden.items() if name not in MADE_ANEW
    )
    return -other, len(form.names & set(sent.values))


class _Parts(HTMLParser):
    """Tells of tags by their attributes and of everything else as it stands."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.forms_seen = -1
        self.folds_seen = -1
        self.open_folds: list[int] = []

    def handle_startendtag(self, tag: str, attrs: Attributes) -> None:
        self.handle_starttag(tag, attrs)

    def _count(self, tag: str, attrs: Attributes) -> bool:
        """Whether a form that is sent begins here."""
        if tag in FOLDED:
            self.folds_seen += 1
            self.open_folds.append(self.folds_seen)
        begins = tag == "form" and (dict(attrs).get("method") or "").lower() == "post"
        self.forms_seen += begins
        return begins

    def _left(self, tag: str) -> None:
        if tag in FOLDED and self.open_folds:
            self.open_folds.pop()


class _Reader(_Parts):
    """Finds the forms of a page, and what their fields are called."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.page = page
        self.forms: list[_Form] = []
        self.inside: _Form | None = None
        self.words: dict[str, list[str]] = {}
        self.heading = self.select = ""
        self.listening: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        given = {name: value or "" for name, value in attrs}
        if self._count(tag, attrs):
            path = urlsplit(urljoin(self.page, given.get("action") or self.page)).path
            self.inside = _Form(path, folds=tuple(self.open_folds))
            self.forms.append(self.inside)
        elif self.inside is not None:
            self._listen(tag, given)
            if (name := given.get("name")) and name not in TOKENS:
                self._field(self.inside, tag, name, given)

    def _field(self, form: _Form, tag: str, name: str, given: Mapping[str, str]) -> None:
        form.names.add(name)
        kind = given.get("type", "") if tag == "input" else tag
        if kind == "hidden":
            form.hidden.setdefault(name, []).append(given.get("value", ""))
        elif label := self.heading if kind == "radio" else given.get("id", ""):
            form.labels.setdefault(name, label)
        if tag == "select":
            self.select = name

    def _listen(self, tag: str, given: Mapping[str, str]) -> None:
        """What follows is the text of a label, of a group's heading or of an option."""
        if tag == "label" and "for" in given:
            self.listening = self.words.setdefault(given["for"], [])
        elif tag == "legend":
            self.heading = f"legend {len(self.words)}"
            self.listening = self.words.setdefault(self.heading, [])
        elif tag == "option":
            key = f"option {self.select} {given.get('value', '')}"
            self.listening = self.words.setdefault(key, [])

    def handle_data(self, data: str) -> None:
        if self.listening is not None:
            self.listening.append(data)

    def handle_entityref(self, name: str) -> None:
        self.handle_data(unescape(f"&{name};"))

    def handle_charref(self, name: str) -> None:
        self.handle_data(unescape(f"&#{name};"))

    def handle_endtag(self, tag: str) -> None:
        self._left(tag)
        if tag in ("label", "legend", "option"):
            self.listening = None
        if tag == "form" and self.inside is not None:
            self._name(self.inside)
            self.inside = None

    def _name(self, form: _Form) -> None:
        said = {key: MARKED.sub("", " ".join("".join(words).split())) for key, words in self.words.items()}
        form.labels = {name: said.get(key) or name for name, key in form.labels.items()}
        for key, text in said.items():
            if key.startswith("option "):
                name, _, value = key.removeprefix("option ").partition(" ")
                form.options[name, value] = text


class _Writer(_Parts):
    """Writes the page again, one form of it filled in."""

    def __init__(self, sent: SentForm, place: int | None, folds: Collection[int]) -> None:
        super().__init__()
        self.sent, self.place, self.folds = sent, place, folds
        self.out: list[str] = []
        self.inside = False
        self.select = self.skipped = ""
        self.used: Counter[str] = Counter()

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        begins = self._count(tag, attrs)
        if tag in FOLDED and self.folds_seen in self.folds:
            attrs = [*attrs, ("open", None)]
            self.out.append(_tag(tag, attrs))
        else:
            self.out.append(self._field(tag, attrs) if self.inside else self.get_starttag_text() or "")
        if begins and self.forms_seen == self.place:
            self.inside = True
            self.out.append(self.sent.block)
        if tag == "main" and self.place is None:
            self.out.append(self.sent.apart)

    def _field(self, tag: str, attrs: Attributes) -> str:
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        as_it_stands = self.get_starttag_text() or ""
        if tag == "option":
            chosen = given.get("value", "") in self.sent.values.get(self.select, ())
            return _flagged(tag, attrs, "selected", chosen) if self.select in self.sent.values else as_it_stands
        if name == VERSION and self.sent.version is not None:
            return _tag(tag, [*(each for each in attrs if each[0] != "value"), ("value", str(self.sent.version))])
        if not name or name in TOKENS or name in self.sent.stays:
            return as_it_stands
        if tag == "select":
            self.select = name
        if tag == "textarea" and name in self.sent.values:
            self.skipped = tag
            return _marked(tag, attrs, self._beside(name)) + "\n" + escape(self._next(name))
        return self._input(name, attrs, given) if tag == "input" else as_it_stands

    def _input(self, name: str, attrs: Attributes, given: Mapping[str, str]) -> str:
        kind = given.get("type", "text").lower()
        if kind in UNTOUCHED:
            return self.get_starttag_text() or ""
        if kind in TICKED:
            return _flagged("input", attrs, "checked", given.get("value", "on") in self.sent.values.get(name, ()))
        if name not in self.sent.values:
            return self.get_starttag_text() or ""
        valued = [(key, value) for key, value in attrs if key != "value"] + [("value", self._next(name))]
        if kind == "hidden":
            return _tag("input", valued)
        return _marked("input", valued, self._beside(name)) + self._words(name)

    def _next(self, name: str) -> str:
        """What was typed into this field: of several of one name each has its own."""
        values, place = self.sent.values[name], self.used[name]
        self.used[name] += 1
        return values[min(place, len(values) - 1)] if values else ""

    def _beside(self, name: str) -> bool:
        return name in self.sent.beside

    def _words(self, name: str) -> str:
        return f'<p class="error">{escape(self.sent.beside[name])}</p>' if self._beside(name) else ""

    def handle_endtag(self, tag: str) -> None:
        self._left(tag)
        self.out.append(f"</{tag}>")
        if not self.inside:
            return
        if tag == "textarea":
            self.skipped = ""
        if tag == "select":
            self.out.append(self._words(self.select))
            self.select = ""
        self.inside = tag != "form"

    def handle_data(self, data: str) -> None:
        self.out.append("" if self.skipped else data)

    def handle_entityref(self, name: str) -> None:
        self.handle_data(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.handle_data(f"&#{name};")

    def handle_comment(self, data: str) -> None:
        self.out.append(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        self.out.append(f"<!{decl}>")


def _tag(tag: str, attrs: Attributes) -> str:
    words = [f" {name}" if value is None else f' {name}="{escape(value)}"' for name, value in attrs]
    return f"<{tag}{''.join(words)}>"


def _flagged(tag: str, attrs: Attributes, flag: str, on: bool) -> str:
    return _tag(tag, [each for each in attrs if each[0] != flag] + ([(flag, None)] if on else []))


def _marked(tag: str, attrs: Attributes, wrong: bool) -> str:
    return _tag(tag, [*attrs, *([("aria-invalid", "true")] if wrong else [])])
