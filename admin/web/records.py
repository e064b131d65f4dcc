"""FAB's data interface over our tables: it reads in the actor's scope and never writes; filters that cannot fail."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from flask_appbuilder.models.filters import BaseFilter, BaseFilterConverter, FilterRelation, Filters
from flask_appbuilder.models.sqla.interface import SQLAInterface
from flask_babel import lazy_gettext as lazy
from sqlalchemy import false, func, inspect, select
from sqlalchemy.orm import Query, selectinload

from admin.models import db
from admin.queries.system.audit import days_alone
from admin.queries.system.orders import greatest_first, least_first

LARGEST_ID = 2**31 - 1


def number_of(text: Any) -> int | None:
    """A row's number as text or number; None where it is none that a table can hold."""
    try:
        value = int(str(text).strip())
    except ValueError:
        return None
    return value if 0 <= value <= LARGEST_ID else None


def numbers_of(texts: Iterable[Any]) -> list[int]:
    """The rows' numbers among what a form sent; whatever is none is passed over."""
    return [number for number in map(number_of, texts) if number is not None]


class Records(SQLAInterface):
    """Reads one table in the actor's scope; whoever wants to write calls an operation."""

    def __init__(self, obj: type[Any]) -> None:
        self.filter_converter_class = SafeFilters
        super().__init__(obj)

    def scoped(self) -> Query[Any]:
        """The rows that the actor may see: the session's hook limits whatever reads this table, counts too."""
        return db.session.query(self.obj)

    def get(
        self, id: Any, filters: Filters | None = None, select_columns: Any = None, outer_default_load: bool = False
    ) -> Any:
        """One row by its number, in scope and within the filters; None where there is none."""
        key = number_of(id)
        if key is None:
            return None
        query = self.scoped().filter(self.obj.__table__.c.id == key)
        if filters:
            query = filters.apply_all(query)
        return query.options(*self._loads(select_columns or ())).first()

    def query(
        self,
        filters: Filters | None = None,
        order_column: str = "",
        order_direction: str = "",
        page: int | None = None,
        page_size: int | None = None,
        select_columns: list[str] | None = None,
        outer_default_load: bool = False,
    ) -> tuple[int, list[Any]]:
        """(how many rows match, one page of them): two statements, and one for each relation among the columns."""
        query = filters.apply_all(self.scoped()) if filters else self.scoped()
        count = query.with_entities(func.count(self.obj.id)).order_by(None).scalar() or 0
        if count == 0:
            return 0, []
        query = self._ordered(query, order_column, order_direction).options(*self._loads(select_columns or ()))
        if page_size:
            first = min(max(page or 0, 0) * page_size, LARGEST_ID)  # PostgreSQL refuses to begin before the first row
            query = query.offset(first).limit(page_size)
        return count, query.all()

    def _ordered(self, query: Query[Any], column: str, direction: str) -> Query[Any]:
        key = self.obj.__table__.c.id
        if not column:
            return query.order_by(key)
        ordered, down = getattr(self.obj, column), direction == "desc"
        if getattr(self.obj.__table__.c.get(column), "nullable", False):
            first = greatest_first(ordered) if down else least_first(ordered)
        else:  # said of what is never empty it would keep PostgreSQL from going by the index
            first = ordered.desc() if down else ordered.asc()
        return query.order_by(first, key.desc() if down else key.asc())

    def _loads(self, columns: Iterable[str]) -> list[Any]:
        roots = {column.split(".")[0] for column in columns} & set(inspect(self.obj).relationships.keys())
        return [selectinload(getattr(self.obj, root)) for root in sorted(roots)]

    def _no_writing(self, *_args: Any, **_kwargs: Any) -> None:
        raise RuntimeError(f"{self.obj.__name__} is changed by an operation, never through the data interface")

    add = edit = delete = delete_all = _no_writing


class EventRecords(Records):
    """Events of the audit trail; of what concerns a complaint the day alone (6.3-d)."""

    def get(self, *args: Any, **kwargs: Any) -> Any:
        """One event."""
        found = super().get(*args, **kwargs)
        days_alone(db.session(), [found] if found is not None else [])
        return found

    def query(self, *args: Any, **kwargs: Any) -> tuple[int, list[Any]]:
        """A page of events."""
        count, rows = super().query(*args, **kwargs)
        days_alone(db.session(), rows)
        return count, rows


class _Typed(BaseFilter):
    """A filter that reads its value as the column's type; a value that cannot be read matches nothing."""

    def apply(self, query: Query[Any], value: Any) -> Query[Any]:
        column = getattr(self.model, self.column_name)
        typed = typed_value(self.datamodel, self.column_name, value)
        return query.filter(false() if typed is None else self.compare(column, typed))

    def compare(self, column: Any, value: Any) -> Any:
        raise NotImplementedError


def typed_value(datamodel: SQLAInterface, column: str, value: Any) -> Any:
    """A filter's value as the column's type; None where it is not one."""
    text = str(value).strip()
    try:
        if datamodel.is_boolean(column):
            return {"1": True, "y": True, "true": True, "True": True, "0": False, "false": False, "False": False}.get(
                text
            )
        if datamodel.is_integer(column):
            number = int(text)
            return number if abs(number) <= LARGEST_ID else None
        if datamodel.is_numeric(column) or datamodel.is_float(column):
            decimal = Decimal(text)
            return decimal if decimal.is_finite() else None
        if datamodel.is_date(column):
            return date.fromisoformat(text)
    except (ValueError, InvalidOperation):
        return None
    return text.replace("\0", "")


class Contains(_Typed):
    """Contains the text, upper and lower case alike; % and _ are plain characters."""

    name = lazy("Contains the text")
    arg_name = "ct"

    def compare(self, column: Any, value: Any) -> Any:
        return column.icontains(value, autoescape=True)


class StartsWith(_Typed):
    """Starts with the text."""

    name = lazy("Starts with the text")
    arg_name = "sw"

    def compare(self, column: Any, value: Any) -> Any:
        return column.istartswith(value, autoescape=True)


class Equal(_Typed):
    """Is the value."""

    name = lazy("Is exactly")
    arg_name = "eq"

    def compare(self, column: Any, value: Any) -> Any:
        return column == value


class NotEqual(_Typed):
    """Is another value."""

    name = lazy("Is not")
    arg_name = "neq"

    def compare(self, column: Any, value: Any) -> Any:
        return column != value


class AtLeast(_Typed):
    """Is the value or above, or that day or later."""

    name = lazy("From (at least)")
    arg_name = "gt"

    def compare(self, column: Any, value: Any) -> Any:
        return column >= value


class AtMost(_Typed):
    """Is the value or below, or that day or earlier."""

    name = lazy("Up to (at most)")
    arg_name = "lt"

    def compare(self, column: Any, value: Any) -> Any:
        return column <= value


class BelongsTo(FilterRelation):
    """Refers to the row with this number."""

    name = lazy("Belongs to")
    arg_name = "rel_o_m"

    def apply(self, query: Query[Any], value: Any) -> Query[Any]:
        key = number_of(value)
        foreign = foreign_key(self.model, self.column_name)
        return query.filter(false() if key is None else getattr(self.model, foreign) == key)


def foreign_key(table: type[Any], relation: str) -> str:
    """The attribute that holds a many-to-one relation's number."""
    mapper = inspect(table)
    (column,) = mapper.relationships[relation].local_columns
    return mapper.get_property_by_column(column).key


class SafeFilters(BaseFilterConverter):
    """Which comparisons a column offers; kinds that are not listed offer none."""

    conversion_table = (
        ("is_relation_many_to_one", [BelongsTo]),
        ("is_boolean", [Equal]),
        ("is_text", [Contains, StartsWith]),
        ("is_string", [Contains, StartsWith, Equal, NotEqual]),
        ("is_integer", [Equal, AtLeast, AtMost]),
        ("is_numeric", [Equal, AtLeast, AtMost]),
        ("is_float", [Equal, AtLeast, AtMost]),
        ("is_date", [Equal, AtLeast, AtMost]),
    )

    def convert(self, col_name: str) -> list[BaseFilter] | None:
        """The comparisons of a column, without FAB's warning for kinds that offer none."""
        for test, kinds in self.conversion_table:
            if getattr(self.datamodel, test)(col_name):
                return [kind(col_name, self.datamodel) for kind in kinds]
        return None


def visible_row(table: type[Any], key: Any) -> Any:
    """A row by its number in the actor's scope, or None."""
    number = number_of(key)
    return None if number is None else db.session.scalars(select(table).where(table.id == number)).first()
