"""Forms made from a table's columns: explicit, with labels for codes and remote look-ups for relations."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask import url_for
from flask_appbuilder.forms import DynamicForm
from flask_babel import gettext
from markupsafe import Markup
from sqlalchemy import JSON, Boolean, Date, Float, Integer, LargeBinary, Numeric, String, Text, inspect
from sqlalchemy.sql.type_api import TypeEngine
from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    DecimalField,
    Field,
    Form,
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional, ValidationError
from wtforms.widgets import html_params

from admin.domain.calendar import FIRST_DAY, LAST_DAY, NO_DAY
from admin.domain.refusals import N_
from admin.domain.texts import UNPRINTABLE_TEXT, is_printable
from admin.models.base import UtcDateTime
from admin.web.clock import settings
from admin.web.records import LARGEST_ID, foreign_key, visible_row
from admin.web.texts import name_of

LONGEST_TEXT = 20_000
Labels = Mapping[str, str]


def stripped(value: str | None) -> str | None:
    """Without blanks round it, ideographic ones too."""
    return value.strip() if isinstance(value, str) else value


def plain_text(_form: Form, field: Field) -> None:
    """Nothing that could not be printed later."""
    if not is_printable(field.data):
        raise ValidationError(gettext(UNPRINTABLE_TEXT))


def not_blank(_form: Form, field: Field) -> None:
    """Something beside blanks."""
    if not field.data:
        raise ValidationError(gettext("This is needed."))


class MomentField(DateTimeLocalField):
    """A moment typed in company time; its data carry the time zone."""

    data: datetime | None

    def process_formdata(self, valuelist: list[str]) -> None:
        """The text of the form as a moment."""
        super().process_formdata(valuelist)
        if self.data is not None:
            self.data = self.data.replace(tzinfo=settings().portal_tz)


def finite(_form: Form, field: Field) -> None:
    """A number, not "NaN" or "Infinity"."""
    if field.data is not None and not field.data.is_finite():
        raise ValidationError(gettext("This is not a number."))


def within(most: int) -> Callable[[Form, Field], None]:
    """Between -most and most. (NumberRange asks a float, which the longest numbers do not fit.)"""

    def check(_form: Form, field: Field) -> None:
        if field.data is not None and Decimal(field.data).is_finite() and abs(field.data) > most:
            raise ValidationError(gettext("Number must be between %(min)s and %(max)s.", min=-most, max=most))

    return check


def decimals(most: int | None) -> Callable[[Form, Field], None]:
    """No more decimals than the column keeps: what was typed is stored or refused, never rounded unseen."""

    def check(_form: Form, field: Field) -> None:
        value = field.data
        if (
            most is not None
            and value is not None
            and value.is_finite()
            and -value.normalize().as_tuple().exponent > most
        ):
            raise ValidationError(gettext("At most %(most)s decimals.", most=most))

    return check


def of_a_career(_form: Form, field: Field) -> None:
    """A day or moment that can be somebody's, not one at the end of what a computer can count."""
    given: date | None = field.data.date() if isinstance(field.data, datetime) else field.data
    if given is not None and not FIRST_DAY <= given <= LAST_DAY:
        raise ValidationError(gettext(NO_DAY))


class RemoteWidget:
    """An input that our script turns into a Select2 asking the server; without script the number itself is typed."""

    def __call__(self, field: RemoteField, **kwargs: Any) -> Markup:
        kwargs = {
            "id": field.id,
            "name": field.name,
            "class": "my_select2_ajax",
            "type": "text",
            "endpoint": field.endpoint(),
        } | kwargs
        if field.flags.required:
            kwargs["required"] = True
        return Markup(f"<input {html_params(value=field.number or '', **{'data-text': field.text(), **kwargs})}>")


class RemoteField(Field):
    """A relation to one row, chosen by a look-up in the actor's scope; `data` is the row or None."""

    widget = RemoteWidget()

    def __init__(
        self, label: Any = None, validators: Any = None, *, table: type[Any], look_up: Callable[[], str], **kwargs: Any
    ) -> None:
        super().__init__(label, validators, **kwargs)
        self.table, self._look_up = table, look_up
        self.number: str = ""

    def endpoint(self) -> str:
        """The address that answers ?q= with {"results": [{"id", "text"}]}."""
        return self._look_up()

    def text(self) -> str:
        """What is shown for the present choice."""
        return name_of(self.data) if self.data is not None else ""

    def process_data(self, value: Any) -> None:
        self.data = value
        self.number = str(value.id) if value is not None else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        if valuelist:
            self.number = valuelist[0].strip() if valuelist[0] != "__None" else ""
            self.data = visible_row(self.table, self.number) if self.number else None

    def pre_validate(self, form: Form) -> None:
        if self.number and self.data is None:
            raise ValidationError(gettext("This choice does not exist, or is not yours to make."))


def choices_of(labels: Labels, blank: bool) -> Callable[[], list[tuple[str, str]]]:
    """The choices of a coded column in the reader's language."""
    return lambda: ([("", EMPTY_CHOICE)] if blank else []) + [(code, gettext(label)) for code, label in labels.items()]


EMPTY_CHOICE = "—"
YES_NO = {"1": N_("Yes"), "0": N_("No")}


class FormMaker:
    """Makes the forms of one view; `view` gives labels, descriptions, coded columns and choices of many."""

    def __init__(self, view: Any) -> None:
        self.view, self.table = view, view.datamodel.obj
        self.mapper = inspect(self.table)

    def make(self, columns: Iterable[str], *, search: bool = False, stale_check: bool = False) -> type[DynamicForm]:
        """A form class with one field a column, in this order."""
        fields: dict[str, Any] = {name: self._field(name, search) for name in columns}
        if stale_check:
            fields["seen"] = HiddenField()
        return type("RecordForm", (DynamicForm,), fields)

    def _field(self, name: str, search: bool) -> Any:
        label = self.view.label_columns.get(name, name)
        described = {"description": (self.view.description_columns or {}).get(name, "")}
        if name in self.view.many_choices:
            return SelectMultipleField(
                label, coerce=int, choices=self.view.many_choices[name], validators=[], **described
            )
        if name in self.mapper.relationships:
            return self._relation(name, label, search, described)
        return self._column(name, label, search, described)

    def _relation(self, name: str, label: Any, search: bool, described: dict[str, Any]) -> Any:
        relation = self.mapper.relationships[name]
        if relation.uselist:
            raise TypeError(f"{self.view.__class__.__name__}.{name}: only relations to one row stand in forms")
        nullable = self.mapper.columns[foreign_key(self.table, name)].nullable or search
        address = f"{self.view.__class__.__name__}.look_up"
        return RemoteField(
            label,
            [Optional() if nullable else InputRequired()],
            table=relation.mapper.class_,
            look_up=lambda: url_for(address, column=name),
            **described,
        )

    def _column(self, name: str, label: Any, search: bool, described: dict[str, Any]) -> Any:
        column = self.mapper.columns[name]
        kind: TypeEngine[Any] = column.type
        if isinstance(kind, JSON | LargeBinary):
            raise TypeError(f"{self.view.__class__.__name__}.{name}: a generated form would spoil this kind of column")
        needed = not column.nullable and column.default is None and not search
        checks: list[Any] = (
            [InputRequired(), *([not_blank] if isinstance(kind, String) else [])] if needed else [Optional()]
        )
        if name in self.view.choices:
            return SelectField(
                label,
                checks,
                choices=choices_of(self.view.choices[name], blank=not needed),
                default=None if search else _default(column),
                **described,
            )
        if isinstance(kind, Boolean):
            if search:
                return SelectField(label, choices=choices_of(YES_NO, blank=True), validate_choice=False)
            return BooleanField(label, default=_default(column), **described)
        # What a new entry begins with is nothing that a search asks for: it would hide the rest unseen.
        return self._typed(kind, label, checks, None if search else _default(column), described)

    def _typed(
        self, kind: TypeEngine[Any], label: Any, checks: list[Any], default: Any, described: dict[str, Any]
    ) -> Any:
        given = {"default": default, **described}
        if isinstance(kind, UtcDateTime):
            return MomentField(label, [*checks, of_a_career], **given)
        if isinstance(kind, Date):
            return DateField(label, [*checks, of_a_career], **given)
        if isinstance(kind, Integer):
            return IntegerField(label, [*checks, within(LARGEST_ID)], **given)
        if isinstance(kind, Numeric | Float):
            whole = 10 ** ((kind.precision or 12) - (kind.scale or 0)) if isinstance(kind, Numeric) else 10**12
            limits = [
                finite,
                within(whole - 1),
                decimals(kind.scale if isinstance(kind, Numeric) else None),
            ]
            return DecimalField(label, [*checks, *limits], places=None, **given)
        if isinstance(kind, Text):
            return TextAreaField(label, [*checks, plain_text, Length(max=LONGEST_TEXT)], filters=[stripped], **given)
        if isinstance(kind, String):
            return StringField(
                label, [*checks, plain_text, Length(max=kind.length or 255)], filters=[stripped], **given
            )
        raise TypeError(f"{self.view.__class__.__name__}: no field for {kind!r}")


def _default(column: Any) -> Any:
    return column.default.arg if column.default is not None and column.default.is_scalar else None


def cleaned(table: type[Any], form: Form, columns: Iterable[str]) -> dict[str, Any]:
    """What a valid form says, by attribute; relations become the number of the row."""
    mapper, data = inspect(table), {}
    for name in columns:
        value = form[name].data
        if name in mapper.relationships and not mapper.relationships[name].uselist:
            data[foreign_key(table, name)] = value.id if value is not None else None
        elif name in mapper.columns and value in ("", None):
            data[name] = None if mapper.columns[name].nullable else _blank(mapper.columns[name], value)
        else:
            data[name] = value
    return data


def _blank(column: Any, value: Any) -> Any:
    default = _default(column)
    return default if default is not None else ("" if isinstance(column.type, String) else value)


def put_errors(form: Form, messages: Mapping[str, str]) -> list[str]:
    """Write an operation's messages to the form's fields; returns those that belong to none."""
    left = []
    for name, text in messages.items():
        field = form._fields.get(name) or form._fields.get(name.removesuffix("_id"))
        if field is None:
            left.append(text)
        else:
            field.errors = [*field.errors, text]
    return left
