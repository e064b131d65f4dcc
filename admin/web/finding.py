"""What stands in sight over a generated list: one field to search in, and two or three filters to choose from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import request, url_for
from flask_appbuilder.models.filters import BaseFilter, Filters
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from sqlalchemy import Boolean, String, inspect, or_, select
from sqlalchemy.orm import Query

from admin.access.actor import acting
from admin.domain.refusals import N_, Invalid
from admin.domain.spellings import ways_to_write
from admin.models import Cycle, Employee, Grade, Scorecard, db
from admin.queries.system.chunks import chunks
from admin.queries.system.kept import kept
from admin.queries.system.search import wanted_text
from admin.web.fields import YES_NO
from admin.web.records import BelongsTo, Equal, foreign_key, visible_row
from admin.web.texts import language, name_of

ASKED = "find"
MOST_QUICK, MOST_OPTIONS = 3, 30
FEW = (
    Cycle,
    Scorecard,
    Grade,
)  # tables of few rows are a choice; the rows of others are looked up, for they may be thousands


@dataclass(frozen=True)
class Quick:
    """A filter in sight: the argument that it sends, and its options; without options it is looked up at `endpoint`."""

    column: str
    argument: str
    label: str
    chosen: str
    options: list[tuple[str, str]] | None = None
    endpoint: str = ""
    text: str = ""


@dataclass(frozen=True)
class Finder:
    """The search field (`asks` names what it looks at; empty without one) and the filters, with what is chosen in them."""

    asks: str
    text: str
    filters: list[Quick]
    kept: list[tuple[str, str]]  # order and length of the list stay when something is looked for

    @property
    def columns(self) -> set[str]:
        """The columns that stand in sight, so that the full panel leaves them out."""
        return {each.column for each in self.filters}


class FoundAnywhere(BaseFilter):
    """Contains the text in one of the list's own texts, or in the number or name of one of its people."""

    name = lazy("Contains the text")

    def __init__(self, datamodel: Any, columns: tuple[str, ...]) -> None:
        super().__init__(ASKED, datamodel)
        self.columns = columns

    def apply(self, query: Query[Any], value: Any) -> Query[Any]:
        """Rows in which any of the columns holds the text, in either script."""
        ways = sorted(ways_to_write(str(value)))
        return query.filter(or_(*(self._holds(name, ways) for name in self.columns)))

    def _holds(self, name: str, ways: list[str]) -> Any:
        if name not in inspect(self.model).relationships:
            return contains(getattr(self.model, name), ways)
        people = Employee.__table__
        named = or_(*(contains(people.c[key], ways) for key in ("number", "name")))
        return getattr(self.model, foreign_key(self.model, name)).in_(select(people.c.id).where(named))


def contains(column: Any, ways: Iterable[str]) -> Any:
    """Whether a column holds a text written in any of these ways (`ways_to_write`), as a condition."""
    return or_(*(column.icontains(each, autoescape=True) for each in ways))


def searched_columns(view: Any) -> tuple[str, ...]:
    """What the one field looks at: the list's own texts and its people, of what can be searched at all."""
    mapper = inspect(view.datamodel.obj)
    return tuple(name for name in view.search_columns if _is_text(mapper, view, name) or _is_person(mapper, name))


def _is_text(mapper: Any, view: Any, name: str) -> bool:
    return name in mapper.columns and isinstance(mapper.columns[name].type, String) and name not in view.choices


def _is_person(mapper: Any, name: str) -> bool:
    return name in mapper.relationships and mapper.relationships[name].mapper.class_ is Employee


def quick_columns(view: Any) -> tuple[str, ...]:
    """The view's own choice; else its first coded columns, then yes or no, then other tables but people."""
    if view.quick_columns is not None:
        return tuple(view.quick_columns)
    mapper = inspect(view.datamodel.obj)
    coded = [name for name in view.search_columns if name in view.choices]
    flags = [n for n in view.search_columns if n in mapper.columns and isinstance(mapper.columns[n].type, Boolean)]
    others = [n for n in view.search_columns if n in mapper.relationships and not _is_person(mapper, n)]
    return tuple([*coded, *flags, *others][:MOST_QUICK])


def finder_of(view: Any) -> Finder:
    """What stands over the list, with what this request has asked for."""
    columns = searched_columns(view)
    name = type(view).__name__
    kept = [(key, request.args[key]) for key in (f"_oc_{name}", f"_od_{name}", f"psize_{name}") if key in request.args]
    asks = _(", ").join(str(view.label_columns[each]) for each in columns)
    return Finder(asks, asked_for(), [_quick(view, each) for each in quick_columns(view)], kept)


def asked_for() -> str:
    """The text that is looked for, as it can be asked of a database."""
    return wanted_text(request.args.get(ASKED, ""))


def find_in(filters: Filters, view: Any) -> None:
    """Narrow the list to what the field asks for."""
    if (text := asked_for()) and (columns := searched_columns(view)):
        filters._add_filter(FoundAnywhere(view.datamodel, columns), [text])


def _options(table: Any) -> list[tuple[str, str]]:
    rows = db.session.scalars(select(table).order_by(table.id.desc()).limit(MOST_OPTIONS))
    return [(str(row.id), name_of(row)) for row in rows]


def _quick(view: Any, column: str) -> Quick:
    kind = BelongsTo if column in inspect(view.datamodel.obj).relationships else Equal
    offered = view._filters.get_search_filters()[column]
    argument = f"_flt_{next(place for place, each in enumerate(offered) if type(each) is kind)}_{column}"
    chosen, label = request.args.get(argument, ""), str(view.label_columns[column])
    if kind is Equal:
        labels = view.choices.get(column, YES_NO)
        return Quick(column, argument, label, chosen, [(code, _(text)) for code, text in labels.items()])
    table = inspect(view.datamodel.obj).relationships[column].mapper.class_
    if table in FEW:
        options = kept(db.session(), ("options", table.__name__, language(), acting()), lambda: _options(table))
        return Quick(column, argument, label, chosen, list(options))
    row = visible_row(table, chosen) if chosen else None
    endpoint = url_for(f"{type(view).__name__}.look_up", column=column)
    return Quick(column, argument, label, chosen if row else "", None, endpoint, name_of(row) if row else "")


class Ticked(BaseFilter):
    """Is among the rows that were ticked."""

    name = lazy("Ticked")

    def apply(self, query: Query[Any], value: Any) -> Query[Any]:
        """The rows with these numbers."""
        return query.filter(or_(*(self.model.id.in_(some) for some in chunks(value))))


def only_ticked(filters: Filters, datamodel: Any, keys: Sequence[int]) -> None:
    """Narrow a list to ticked rows, whatever else is asked for. Raises `Invalid` where none is ticked."""
    if not keys:
        raise Invalid({"rowid": N_("Tick at least one row.")})
    filters.clear_filters()
    filters._add_filter(Ticked("id", datamodel), [sorted(set(keys))])


def searched(table: type[Any]) -> tuple[str, ...]:
    """The columns by which a row of a table is looked up: what people call it by."""
    wanted = ("number", "code", "title", "name", "username", "name_zh_hant", "name_zh_hans", "name_en", "year")
    columns = inspect(table).columns
    return (
        tuple(name for name in wanted if name in columns)
        or tuple(name for name, column in columns.items() if column.type.python_type is str)[:1]
    )
