"""One snapshot in one language: what every page is rendered from."""

from __future__ import annotations

import hashlib
import re
from functools import cached_property
from typing import Any
from urllib.parse import quote, urlsplit

from notice_site.texts import LANGUAGES, Language, long_date, short_date, strings

Notice = dict[str, Any]


class Edition:
    """A snapshot seen in one language; `t` gives the site's own words, `pick` the snapshot's."""

    def __init__(self, snapshot: dict[str, Any], language: str) -> None:
        self.snapshot = snapshot
        self.language = LANGUAGES[language]
        self.strings = strings(language)

    def t(self, name: str, /, **values: Any) -> str:
        """A string of the site with its placeholders filled: by what is given, or by the figure of that parameter."""
        text = self.strings[name]
        return text.format(**(self.figures | values)) if "{" in text else text

    def pick(self, texts: dict[str, str]) -> str:
        """The snapshot's text in this language."""
        return texts[self.language.key]

    def day(self, iso: str) -> str:
        """An ISO date in words."""
        return long_date(iso, self.language)

    def short_day(self, iso: str) -> str:
        """An ISO date without its year."""
        return short_date(iso, self.language)

    @cached_property
    def is_root(self) -> bool:
        """Whether this language stands at /."""
        return bool(self.snapshot["languages"][0] == self.language.key)

    @property
    def folder(self) -> str:
        """Where this language stands in the site: "" or "en/"."""
        return folder_of(self.snapshot, self.language)

    @property
    def up(self) -> str:
        """From this language's root to the site's root."""
        return "" if self.is_root else "../"

    def others(self) -> list[Language]:
        """All languages of the site, in the snapshot's order."""
        return [LANGUAGES[key] for key in self.snapshot["languages"]]

    def to_language(self, other: Language) -> str:
        """From this language's root to another's."""
        return self.up + folder_of(self.snapshot, other)

    @cached_property
    def grades(self) -> dict[str, dict[str, Any]]:
        """Grades by code, lowest first."""
        return {grade["code"]: grade for grade in sorted(self.snapshot["ladder"], key=lambda grade: grade["order"])}

    def grades_of(self, notice: Notice | None) -> dict[str, dict[str, Any]]:
        """The grades that a notice names: of its own policy version where the snapshot says so, else those in force."""
        own = notice.get("ladder") if notice else None
        # A list keeps the names under which it was determined, whatever version has come into force since.
        return {grade["code"]: grade for grade in own} if own else self.grades

    def grade_name(self, code: str | None) -> str:
        """The grade's printed name; a dash for none."""
        return self.pick(self.grades[code]["name"]) if code else "–"

    @cached_property
    def levels(self) -> list[dict[str, Any]]:
        """Levels, lowest first, each with its grades, lowest first."""
        levels: dict[str, dict[str, Any]] = {}
        for grade in self.grades.values():
            level = levels.setdefault(
                grade["level"], {"key": grade["level"], "name": grade["level_name"], "grades": []}
            )
            level["grades"].append(grade)
        return list(levels.values())

    def notices(self, state: str) -> list[Notice]:
        """Notices in a state, the latest first."""
        chosen = [notice for notice in self.snapshot["notices"] if notice["state"] == state]
        return sorted(chosen, key=lambda notice: (notice["published_at"], notice["number"]), reverse=True)

    def correction_of(self, notice: Notice) -> list[Notice]:
        """The notices that correct this one."""
        return [other for other in self.snapshot["notices"] if other["corrects"] == notice["number"]]

    def clause(self, number: str) -> str:
        """Address of a clause in the policy, from this language's root."""
        return f"policy/#c-{number}"

    @cached_property
    def figures(self) -> dict[str, str]:
        """The figures in force by parameter, as they are printed: number and unit. Every figure on the site is one."""
        return {
            key: f"{self.pick(each['value_text'])} {self.pick(each['unit'])}".strip()
            for key, each in self.parameters.items()
        }

    @cached_property
    def parameters(self) -> dict[str, dict[str, Any]]:
        """Parameters by id."""
        return {parameter["id"]: parameter for parameter in self.snapshot["parameters"]}


def folder_of(snapshot: dict[str, Any], language: Language) -> str:
    """A language's folder below the site's root: the first language has none."""
    return "" if snapshot["languages"][0] == language.key else f"{language.folder}/"


def slug(number: str) -> str:
    """A notice's folder name; unlike numbers never share one."""
    plain = re.sub(r"[^a-z0-9]+", "-", number.lower()).strip("-")
    if plain and plain == number:
        return plain
    # What was dropped may be all that tells two numbers apart, so the folder keeps a trace of the whole.
    return f"{plain or 'notice'}-{hashlib.sha256(number.encode()).hexdigest()[:8]}"


def row_query(notice: str, row: str | int) -> str:
    """What the portal's forms are prefilled from."""
    return f"?notice={quote(notice, safe='')}&row={quote(str(row), safe='')}"


def base_path(snapshot: dict[str, Any]) -> str:
    """The path that the whole site stands at, for pages whose own address is unknown (404)."""
    return urlsplit(snapshot["links"]["site"]).path.rstrip("/") + "/"
