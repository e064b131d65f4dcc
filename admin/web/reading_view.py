"""The reading half of every generated screen: explicit columns, scope re-checked, nothing guessed from an address."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, ClassVar

from flask import (
    g,
    has_request_context,
    jsonify,
    request,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_appbuilder.models.filters import Filters
from flask_appbuilder.security.decorators import has_access
from flask_appbuilder.views import ModelView, expose
from sqlalchemy import String, cast, inspect, or_

from admin.domain.refusals import NotFound, Refusal
from admin.domain.spellings import ways_to_write
from admin.models import Employee, db
from admin.queries.system.references import still_referred_to
from admin.web import trail
from admin.web.acting import actor
from admin.web.exporting import workbook_of
from admin.web.fields import FormMaker
from admin.web.finding import contains, find_in, finder_of, only_ticked, searched
from admin.web.list_rows import columns_of, rows_of
from admin.web.records import Records, number_of, numbers_of
from admin.web.texts import as_text, file_name, label_of, name_of, refusal_text

STATES = ("stage", "status", "state")
LARGEST_PAGE, LAST_PAGE, LOOKED_UP = 100, 1_000_000, 20
NEEDED = (
    "list_title",
    "show_title",
    "add_title",
    "edit_title",
    "list_columns",
    "show_columns",
    "search_columns",
    "order_columns",
    "add_columns",
    "edit_columns",
    "label_columns",
)
METHODS = {
    "list": "read",
    "show": "read",
    "look_up": "read",
    "export": "read",
    "add": "write",
    "edit": "write",
    "delete": "write",
    "action": "read",
    "action_post": "read",
}

Rows = list[Any]  # inside the class `list` is the page


class ReadingModelView(ModelView):
    """Lists and shows one table. A subclass states every title and every list of columns.

    `choices` gives the labels of coded columns, `many_choices` the choices of several; without add or edit columns
    the screen has no such form. Screens inherit from `PortalModelView`, which adds the writing half.
    """

    choices: ClassVar[Mapping[str, Mapping[str, str]]] = {}
    many_choices: ClassVar[Mapping[str, Callable[[], list[tuple[int, str]]]]] = {}
    trail_words: ClassVar[Mapping[str, Mapping[str, str]]] = {}  # codes that stand only in the trail
    look_up_columns: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    also_exported: ClassVar[tuple[str, ...]] = ()  # columns of the XLSX beside those of the list
    quick_columns: ClassVar[tuple[str, ...] | None] = None  # the filters in sight, where they are not the first ones
    can_delete: ClassVar[bool] = True
    exportable: ClassVar[bool] = True
    label_columns: Any = None
    formatters_columns: Any = None
    add_form: Any = None
    edit_form: Any = None
    search_form: Any = None
    list_template = "system/records/list.html"
    show_template = "system/records/show.html"
    page_size = 25

    def __init_subclass__(cls, abstract: bool = False, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if abstract:
            return
        missing = [
            name
            for name in NEEDED
            if getattr(cls, name, None) is None or (name.endswith("title") and not getattr(cls, name))
        ]
        if missing:
            raise TypeError(f"{cls.__name__} has to state {', '.join(missing)}")
        if not isinstance(cls.datamodel, Records):
            raise TypeError(f"{cls.__name__}.datamodel has to be Records(...)")
        cls._state(cls)

    @staticmethod
    def _state(cls: type[ReadingModelView]) -> None:
        """Fix what follows from the columns: permissions, routes that do not exist, labels that are missing."""
        own = cls.__dict__.get("method_permission_name") or {}
        cls.method_permission_name = {**METHODS, **own}
        gone = (
            {"download"} | ({"add"} if not cls.add_columns else set()) | ({"edit"} if not cls.edit_columns else set())
        )
        gone |= (set() if cls.can_delete else {"delete"}) | (set() if cls.exportable else {"export"})
        acts = any(hasattr(getattr(cls, name, None), "_action") for name in dir(cls))
        gone |= set() if acts else {"action", "action_post"}
        cls.exclude_route_methods = set(cls.__dict__.get("exclude_route_methods") or ()) | gone
        used = {
            *cls.list_columns,
            *cls.show_columns,
            *cls.search_columns,
            *cls.order_columns,
            *cls.add_columns,
            *cls.edit_columns,
        }
        unlabelled = sorted(used - set(cls.label_columns))
        if unlabelled:
            raise TypeError(f"{cls.__name__}.label_columns lacks {', '.join(unlabelled)}")
        unordered = sorted(set(cls.order_columns) - set(inspect(cls.datamodel.obj).columns.keys()))
        if unordered:
            raise TypeError(f"{cls.__name__}.order_columns: not columns: {', '.join(unordered)}")

    # -- properties FAB sets at start ------------------------------------------------------------------------------

    def _init_properties(self) -> None:
        stated = {
            name: list(getattr(type(self), name))
            for name in NEEDED
            if name.endswith("columns") and name != "label_columns"
        }
        self.label_columns = dict(type(self).label_columns)
        super()._init_properties()
        for name, columns in stated.items():  # FAB reads an empty list as "all columns"
            setattr(self, name, columns)
        self._filters = (
            self.datamodel.get_filters(self.search_columns) if self.search_columns else self.datamodel.get_filters()
        )
        self.formatters_columns = {**self._formatters(), **(type(self).formatters_columns or {})}

    def _init_forms(self) -> None:
        maker = FormMaker(self)
        self.search_form = maker.make(self.search_columns, search=True)
        self.add_form = type(self).add_form or maker.make(self.add_columns)
        self.edit_form = type(self).edit_form or maker.make(self.edit_columns, stale_check=True)

    def _formatters(self) -> dict[str, Callable[[Any], str]]:
        plain = {
            name
            for name, column in inspect(self.datamodel.obj).columns.items()
            if column.type.python_type is str and name not in self.choices
        }
        columns = {*self.list_columns, *self.show_columns} - plain
        return {name: self._formatter(name) for name in columns}

    def _formatter(self, name: str) -> Callable[[Any], str]:
        labels = self.choices.get(name)
        return (lambda value: label_of(labels, value)) if labels is not None else as_text

    @property
    def _filters(self) -> Filters:
        """FAB shares one object among all threads; here each request has its own."""
        if not has_request_context():
            return self._filters_template
        kept = g.setdefault("filters", {})
        if id(self) not in kept:
            kept[id(self)] = copy.copy(self._filters_template)
            kept[id(self)].clear_filters()
        return kept[id(self)]

    @_filters.setter
    def _filters(self, value: Filters) -> None:
        self._filters_template = value

    def get_method_permission(self, method_name: str) -> str:
        """The permission a method asks for; one without a route is nobody's, so that no button leads to it."""
        if method_name in self.exclude_route_methods:
            return "nobody"
        return super().get_method_permission(method_name)

    # -- reading ---------------------------------------------------------------------------------------------------

    @expose("/list/")
    @has_access
    def list(self) -> ResponseReturnValue:
        """The list; whatever is wrong in the address is left out instead of failing."""
        self.update_redirect()
        return self.render_template(self.list_template, title=self.list_title, widgets=self._list(), view=self)

    def _list(self, **kwargs: Any) -> dict[str, Any]:
        column, direction = self._order()
        self._read_filters()
        page, size = self._page()
        widgets = self._get_list_widget(
            filters=self._filters, order_column=column, order_direction=direction, page=page, page_size=size, **kwargs
        )
        return self._get_search_widget(form=self.search_form(), widgets=widgets)

    def _argument(self, name: str) -> str:
        return request.args.get(f"{name}_{type(self).__name__}", "")

    def _order(self) -> tuple[str, str]:
        column, direction = self._argument("_oc"), self._argument("_od")
        if column in self.order_columns and direction in ("asc", "desc"):
            return column, direction
        return self.base_order or ("", "")

    def _page(self) -> tuple[int, int]:
        page, size = number_of(self._argument("page")), number_of(self._argument("psize"))
        return min(page or 0, LAST_PAGE), min(size or self.page_size, LARGEST_PAGE)

    def _read_filters(self) -> None:
        filters = self._filters
        filters.clear_filters()
        for name, values in request.args.lists():
            match = re.fullmatch(r"_flt_(\d)_(\w+)", name)
            offered = filters.get_search_filters().get(match[2], []) if match else []
            chosen = [value for value in values if value.strip()]  # a filter that was left blank asks for nothing
            if match and chosen and int(match[1]) < len(offered):
                filters._add_filter(offered[int(match[1])], chosen)
        find_in(filters, self)

    def _get_search_widget(self, form: Any = None, exclude_cols: Any = None, widgets: Any = None) -> dict[str, Any]:
        widgets = super()._get_search_widget(form=form, exclude_cols=exclude_cols, widgets=widgets)
        widgets["search"].template_args["finder"] = finder_of(self) if self.search_columns else None
        return widgets

    def _get_list_widget(
        self,
        filters: Filters,
        actions: Any = None,
        order_column: str = "",
        order_direction: str = "",
        page: int | None = None,
        page_size: int | None = None,
        widgets: Any = None,
        **kwargs: Any,
    ) -> dict[str, Any]:
        widgets = widgets or {}
        count, rows = self._rows(filters, order_column, order_direction, page, page_size)
        # In words once: a phone's card says each label beside each value.
        labels = {name: str(label) for name, label in self.label_columns.items()}
        columns = columns_of(self.list_columns, labels, self._cell_classes(), self.formatters_columns)
        values, keys = list(self.datamodel.get_values(rows, self.list_columns)), [row.id for row in rows]
        fixed = {row.id for row in rows if self.why_fixed(row) is not None}
        widgets["list"] = self.list_widget(
            label_columns=labels,
            include_columns=self.list_columns,
            value_columns=values,
            order_columns=self.order_columns,
            page=page,
            page_size=page_size,
            count=count,
            pks=keys,
            actions=actions or self.actions,
            filters=filters,
            modelview_name=type(self).__name__,
            cell_classes=self._cell_classes(),
            exportable=self.exportable,
            rows=rows_of(columns, values, keys, fixed, self.cell_url),
            **kwargs,
        )
        return widgets

    def _cell_classes(self) -> dict[str, str]:
        """How a column's cells are set: numbers to the right, states as pills."""
        columns = inspect(self.datamodel.obj).columns
        numbers = {
            name
            for name in self.list_columns
            if name in columns and columns[name].type.python_type in (int, float, Decimal)
        }
        found = dict.fromkeys(numbers - set(self.choices) - {"year"}, "num")
        return found | {name: "state" for name in self.list_columns if name in STATES and name in self.choices}

    def cell_url(self, _column: str, value: Any) -> str | None:
        """Where a cell's value leads: a person to their grade file, for those who read all of them."""
        if not isinstance(value, Employee) or not actor().has("hr", "auditor"):
            return None
        return url_for("GradeFileView.show", number=value.number)

    def _rows(
        self, filters: Filters, column: str, direction: str, page: int | None, size: int | None
    ) -> tuple[int, Rows]:
        joined = filters.get_joined_filters(self._base_filters)
        return self.datamodel.query(
            joined, column, direction, page=page, page_size=size, select_columns=self.list_columns
        )

    def row(self, pk: Any) -> Any:
        """The row with this number in the actor's scope; raises `NotFound`."""
        found = self.datamodel.get(pk, self._base_filters, select_columns=self.show_columns)
        if found is None:
            raise NotFound(f"{self.datamodel.obj.__name__} {pk}")
        return found

    def why_fixed(self, item: Any) -> Refusal | None:
        """Why this entry can never be changed or deleted here, where that is so."""
        return None

    def links(self, item: Any) -> Sequence[tuple[str, str]]:
        """Where else this entry is worked on: what the button says, and its address."""
        return ()

    def why_kept(self, item: Any) -> Refusal | None:
        """Why this entry cannot be deleted now, where that is so."""
        return self.why_fixed(item) or still_referred_to(db.session(), self.datamodel.obj.__table__, item.id)

    def heading(self, item: Any) -> str:
        """What the page of one entry is called: the kind of data and the entry's own name."""
        name = self.named(item)
        return f"{self.show_title} · {name}" if name else str(self.show_title)

    def named(self, item: Any) -> str:
        """An entry's own name in the reader's language; empty where the table gives none."""
        return "" if type(item).__str__ is object.__str__ else name_of(item)

    @expose("/show/<pk>")
    @has_access
    def show(self, pk: str) -> ResponseReturnValue:
        """One entry."""
        item = self.row(pk)
        self.update_redirect()
        widgets = self._get_show_widget(item.id, item)
        return self.render_template(
            self.show_template,
            pk=item.id,
            title=self.heading(item),
            widgets=widgets,
            related_views=[],
            item=item,
            view=self,
            links=self.links(item),
            why_fixed=self.why_fixed(item),
            why_kept=self._why_kept(item),
            **self.show_context(item),
        )

    def _why_kept(self, item: Any) -> dict[str, str] | None:
        """Asked only where the reader would have the button."""
        if not self.appbuilder.sm.has_access(f"can_{self.get_method_permission('delete')}", self.class_permission_name):
            return None
        refusal = self.why_kept(item)
        return None if refusal is None else {"text": refusal_text(refusal), "clause": refusal.clause}

    def show_context(self, item: Any) -> dict[str, Any]:
        """What the page of one entry shows beside its columns: here its audited changes, redacted for the reader."""
        table = self.datamodel.obj.__table__.name
        words = {**self.choices, **self.trail_words}
        return {"portal_trail": trail.changes(table, item.id, actor(), type(self).label_columns, words)}

    @expose("/look_up/<column>")
    @has_access
    def look_up(self, column: str) -> ResponseReturnValue:
        """Choices of a relation, in the actor's scope, for Select2: ?q= searches, at most 20 are given."""
        relation = inspect(self.datamodel.obj).relationships.get(column)
        shown_somewhere = column in {*self.add_columns, *self.edit_columns, *self.search_columns}
        if relation is None or relation.uselist or not shown_somewhere:
            raise NotFound(column)
        table = relation.mapper.class_
        query, names = Records(table).scoped(), self.look_up_columns.get(column) or searched(table)
        if text := request.args.get("q", "").strip()[:100].replace("\0", ""):
            ways = sorted(ways_to_write(text))
            query = query.filter(or_(*(contains(cast(getattr(table, name), String), ways) for name in names)))
        rows = query.order_by(getattr(table, names[0]), table.id).limit(LOOKED_UP)
        return jsonify({"results": [{"id": row.id, "text": name_of(row)} for row in rows]})

    def export_formatters(self) -> dict[str, Callable[[Any], str]]:
        """How the XLSX writes a column where it says more than the screen."""
        return {}

    @expose("/export", methods=["POST"])
    @has_access
    def export(self) -> ResponseReturnValue:
        """The filtered list as XLSX, all of it or the ticked rows; an event of the audit trail, so it is posted.

        Ticks are looked for in the reader's scope, whatever is filtered by now: a row that is none of the reader's is left out.
        """
        column, direction = self._order()
        if "ticked" in request.form and "all" not in request.form:
            only_ticked(self._filters, self.datamodel, numbers_of(request.form.getlist("rowid")))
        else:
            self._read_filters()
        _count, rows = self._rows(self._filters, column, direction, None, None)
        if not rows and "ticked" in request.form:
            raise NotFound("ticked rows")
        stream = workbook_of(self, rows)
        return send_file(stream, as_attachment=True, download_name=file_name(self.list_title))
