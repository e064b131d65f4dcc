"""The notation of the matrix, and asking the portal what a person gets."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from urllib.parse import parse_qsl

from werkzeug.wrappers import Response

from tests.access.world import BODIES, PEOPLE, ROLES, World

GROUPS = {
    "anyone": PEOPLE,
    "signed_in": PEOPLE[1:],
    "persons": tuple(name for name in PEOPLE[1:] if name not in ROLES),
    "accounts": ROLES,
    "bodies": tuple(BODIES),
    "committee": ("member", "recused", "chair", "secretary"),
    "panels": ("panel", "panel_recused", "panel_chair"),
}
SHORT = {"Accept": "application/json"}  # refusals come without the page round them: the same answer, sooner
AT_THE_DOOR = ("in", "401", "404")


@dataclass(frozen=True)
class Row:
    """An address with the answer that each person gets."""

    method: str
    path: str
    answers: dict[str, str]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def read(text: str) -> list[Row]:
    """The rows of a table: method, address, then an answer and who gets it, again and again.

    Whoever is not named gets 404; nobody is asked to sign in ("in"), or gets 401 from the API. What follows later
    overrides: `200 signed_in 404 admin`. After "?" stand the fields that a POST sends.
    """
    return [_row(line.split()) for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]


def _row(words: list[str]) -> Row:
    method, path, *rest = words
    answers = dict.fromkeys(PEOPLE, "404") | {"nobody": "401" if path.startswith("/api/") else "in"}
    status = ""
    for word in rest:
        if re.fullmatch(r"\d{3}|in", word):
            status = word
            continue
        for name in GROUPS.get(word, (word,)):
            if name not in PEOPLE or not status:
                raise ValueError(f"{method} {path}: {word}")
            answers[name] = status
    return Row(method, path, answers)


@dataclass(frozen=True)
class Answer:
    """What a person got: the status ("in": led to the sign-in page), and what is to be read in it."""

    status: str
    text: str


def ask(world: World, method: str, path: str, person: str) -> Answer:
    """What a person gets at an address."""
    client, address = world.app.test_client(), world.address(path)
    bare, _mark, fields = address.partition("?")
    given = dict(parse_qsl(fields))
    bodiless = method in ("GET", "HEAD")
    if path.startswith("/api/"):
        more: dict[str, Any] = {"headers": world.tokens.get(person, {})} | (
            {} if bodiless or method == "DELETE" else {"json": given}
        )
    else:
        more = {"headers": SHORT} | ({} if bodiless else {"data": given})
        if person in world.sessions:
            client.set_cookie("portal", world.sessions[person])
    with client.open(address if bodiless else bare, method=method, **more) as got:
        to_the_door = got.status_code == 302 and got.location.startswith("/login/") and bare != "/logout/"
        # Who sent something typed is led there by a page that gives it back.
        to_the_door |= got.status_code == 401 and not path.startswith("/api/") and bare != "/login/"
        return Answer("in" if to_the_door else str(got.status_code), _text(got))


def _text(got: Response) -> str:
    if "spreadsheet" not in got.mimetype or not got.data:
        return got.data.decode(errors="replace")
    with zipfile.ZipFile(BytesIO(got.data)) as workbook:
        return "".join(workbook.read(name).decode() for name in workbook.namelist() if name.endswith(".xml"))
