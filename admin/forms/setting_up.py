"""What the pages of the set-up post, as the operations take it."""

from __future__ import annotations

from collections.abc import Callable

from werkzeug.datastructures import MultiDict

from admin.operations.people.departments import Settled
from admin.web.records import numbers_of


def departments_of(form: MultiDict[str, str], person: Callable[[str], int | None]) -> dict[int, Settled]:
    """The table of departments: who heads each (`person` reads the field of that name), and of which it was asked whether
    they are of the centre."""
    asked = set(numbers_of(form.getlist("asked")))
    return {
        key: Settled(person(f"head-{key}"), form.get(f"centre-{key}") == "1" if key in asked else None)
        for key in numbers_of(form.getlist("department"))
    }


def posts_of(form: MultiDict[str, str]) -> dict[str, bool]:
    """The posts that the page asked about, and whether each manages."""
    managing = set(form.getlist("manages"))
    return {post: post in managing for post in form.getlist("post")}
