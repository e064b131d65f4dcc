"""The notation of the matrix, and asking the portal what a person gets."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl

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


def ask(world: World, method: str, path: str, person: str) -> str:
    """The status that a person gets; "in" where it is a redirect to the sign-in page."""
    client, address = world.app.test_client(), world.address(path)
    bare, _mark, fields = address.partition("?")
    given = dict(parse_qsl(fields))
    if path.startswith("/api/"):
        more = {"headers": world.tokens.get(person, {})} | ({} if method in ("GET", "DELETE") else {"json": given})
    else:
        more = {} if method == "GET" else {"data": given}
        if person in world.sessions:
            client.set_cookie("portal", world.sessions[person])
    got = client.open(address if method == "GET" else bare, method=method, **more)  # type: ignore[arg-type]
    to_the_door = got.status_code == 302 and got.location.startswith("/login/") and bare != "/logout/"
    status = "in" if to_the_door else str(got.status_code)
    got.close()
    return status
