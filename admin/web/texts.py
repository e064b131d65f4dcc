"""Values as a reader sees them: labels instead of codes, names in the reader's language, dates, yes and no."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime
from decimal import Decimal
from typing import Any

from flask_babel import get_locale, gettext
from markupsafe import Markup, escape

from admin.domain.refusals import Invalid, Refusal, filled
from admin.domain.workflow import labels
from admin.queries.policy.clauses import PAGES
from admin.rulebook.loader import shipped
from admin.web.clock import settings

EMPTY = "—"


def language() -> str:
    """The reader's language as data names it: zh_hant, zh_hans or en."""
    locale = get_locale()
    if locale is None or locale.language != "zh":
        return "en" if locale is not None else "zh_hant"
    return "zh_hans" if locale.script == "Hans" else "zh_hant"


def translated(message: str, facts: Mapping[str, Any] | None = None) -> str:
    """A message id in the reader's language, filled with its facts."""
    if not message:
        return ""  # the catalogue keeps its own header under the empty message
    named = {key: _fact(key, value) for key, value in _criteria_named(_parameters_named(facts or {})).items()}
    return filled(message, named, gettext)


def _criteria_named(facts: Mapping[str, Any]) -> Mapping[str, Any]:
    """The facts with a criterion as the scorecard prints it; one that HR added later keeps its code."""
    criteria = shipped().scorecard.criteria if "code" in facts else ()
    names = {part.id: part.name for each in criteria for part in (each, *each.parts)}
    return {**facts, "code": names[facts["code"]].get(language())} if facts.get("code") in names else facts


def _parameters_named(facts: Mapping[str, Any]) -> Mapping[str, Any]:
    """The facts with a parameter and its value as the policy calls them; a later release may ask for one that is unknown here."""
    named = next((each for each in shipped().parameters if each.id == facts.get("parameter")), None)
    if named is None:
        return facts
    given = {key: facts[key] for key in ("value", "allowed") if key in facts}
    labels_of = {str(choice.value): choice.label.get(language()) for choice in named.choices}
    said = {
        key: gettext(", ").join(labels_of.get(each, each) for each in str(text).split(", "))
        for key, text in given.items()
    }
    return {**facts, **said, "parameter": named.name.get(language())}


_NO_FILE_NAME = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')


def file_name(*parts: object, kind: str = "xlsx") -> str:
    """What a download is called: words of the reader's language, without what a file's name cannot hold."""
    return f"{_NO_FILE_NAME.sub(' ', ' '.join(map(str, parts))).strip()}.{kind}"


_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")


def moment_in(text: str) -> datetime | None:
    """The moment that an ISO text is, if it is one; somebody may have typed what only looks like it."""
    try:
        found = datetime.fromisoformat(text).astimezone(UTC) if _MOMENT.match(text) else None
    except (ValueError, OverflowError):
        return None
    return found if found and MINYEAR < found.year < MAXYEAR else None  # the ends have no time in every zone


def _fact(key: str, value: Any) -> Any:
    if isinstance(value, (list, tuple)):  # the fields that a file lacks: names of ours, one by one
        return gettext(", ").join(str(_fact(key, each)) for each in value)
    if not isinstance(value, str) or not value:
        return value
    if when := moment_in(value):
        return moment(when)
    names = labels.FACTS.get(key, {})
    return gettext(", ").join(gettext(names.get(each, each)) for each in value.split(", ")) if names else gettext(value)


def refusal_text(refusal: Refusal) -> str:
    """Why not, in the reader's language."""
    facts = dict(refusal.facts)
    if facts.get("page") in PAGES:
        facts["page"] = PAGES[facts["page"]].label
    text = translated(refusal.reason, facts)
    return gettext("%(who)s: %(why)s", who=refusal.about, why=text) if refusal.about else text


def field_messages(error: Invalid) -> dict[str, str]:
    """What is wrong with which field, in the reader's language."""
    return {name: translated(message, error.facts_of(name)) for name, message in error.fields.items()}


def name_of(row: Any) -> str:
    """A record's name in the reader's language."""
    if row is None:
        return EMPTY
    named = getattr(row, f"name_{language()}", None)
    return str(named if named is not None else row)


def acting_name(name: str, in_place_of: str | None) -> str:
    """Somebody's name, and in whose place they acted (3.3-c)."""
    if not in_place_of:
        return name
    return gettext("%(name)s (deputy for %(person)s)", name=name, person=in_place_of)


def acting(person: Any, in_place_of: Any) -> str:
    """The same of employees; nothing where there is nobody."""
    return acting_name(person.name, in_place_of.name if in_place_of is not None else None) if person is not None else ""


def coming_text(entry: Any) -> str:
    """What the grade file holds from a later day, in words; nothing where it holds nothing to come."""
    return "" if entry is None else gettext("%(grade)s from %(day)s", grade=name_of(entry.grade), day=day(entry.since))


def stage_label(stage: str) -> str:
    """What a stage is called; a new row of the table is named after itself until a label is given."""
    return gettext(labels.stage_label(stage)) if stage else EMPTY


def action_label(action: str, process: str = "") -> str:
    """What an action is called; a new row of the table is named after itself until a label is given."""
    return gettext(labels.action_label(action, process)) if action else EMPTY


def consequence(process: str, action: str) -> str | None:
    """What follows from an act that cannot be taken back, to be asked before; None for every other act."""
    text = labels.consequence(process, action)
    return None if text is None else gettext(text)


def label_of(labels: Mapping[str, str], value: Any) -> str:
    """A code's label; an unknown code shows itself."""
    return EMPTY if value in (None, "") else gettext(labels[value]) if value in labels else str(value)


def day(value: date | None) -> str:
    """A date as ISO writes it: read alike in all three languages, and sortable."""
    return EMPTY if value is None else value.isoformat()


_DATE = re.compile(r"\d{4}-\d\d-\d\d")


def whole_dates(value: Any) -> Any:
    """A text in which no line ends within a date; what is no text stays as it is."""
    if not isinstance(value, str | date):
        return value
    return Markup(_DATE.sub(r'<span class="nowrap">\g<0></span>', str(escape(value))))


def moment(value: datetime | None) -> str:
    """A moment in the company's time zone, to the minute."""
    if value is None:
        return EMPTY
    aware = value if value.tzinfo else value.replace(tzinfo=UTC)
    return aware.astimezone(settings().portal_tz).strftime("%Y-%m-%d %H:%M")


def clock_time(at: datetime) -> str:
    """Hours and minutes in the company's time zone, as "saved at" shows them."""
    return at.astimezone(settings().portal_tz).strftime("%H:%M")


def as_text(value: Any) -> str:
    """Any single value as a reader sees it."""
    if value is None or value == "":
        return EMPTY
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return day(value)
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, list | tuple):
        return gettext(", ").join(as_text(each) for each in value) or EMPTY
    return name_of(value) if hasattr(value, "__table__") else str(value)
