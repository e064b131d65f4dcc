"""The hardened base of every generated screen: explicit columns, scope re-checked, writes through operations only.

What FAB's own ModelView leaves open is closed here once; a view that inherits from anything else fails a test.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask import (
    abort,
    flash,
    make_response,
    redirect,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_appbuilder.security.decorators import has_access
from flask_appbuilder.views import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from wtforms import Form

from admin.domain.refusals import Invalid, NotFound, Refused
from admin.operations.system import reference
from admin.web.acting import actor
from admin.web.clock import now
from admin.web.errors import wants_json
from admin.web.fields import cleaned, put_errors
from admin.web.reading_view import LARGEST_PAGE, ReadingModelView, Rows
from admin.web.role_names import readers_in_words
from admin.web.texts import as_text, field_messages, refusal_text

SAVED = 302


class PortalModelView(ReadingModelView, abstract=True):
    """Base of generated screens over one table; what it takes to state one is in `ReadingModelView`.

    The three `*_operation` methods are what writing calls.
    """

    add_row_message = lazy("The entry was added.")
    edit_row_message = lazy("The changes were saved.")
    delete_row_message = lazy("The entry was deleted.")

    # -- writing ---------------------------------------------------------------------------------------------------

    def add_operation(self, data: dict[str, Any], **who_and_when: Any) -> Any:
        """What adding calls."""
        return reference.add_record(self.datamodel.obj, data, **who_and_when)

    def edit_operation(self, key: int, data: dict[str, Any], *, seen: str | None, **who_and_when: Any) -> Any:
        """What saving an edit calls."""
        return reference.edit_record(self.datamodel.obj, key, data, seen=seen, **who_and_when)

    def delete_operation(self, key: int, **who_and_when: Any) -> None:
        """What deleting calls."""
        reference.delete_record(self.datamodel.obj, key, **who_and_when)

    def readers(self) -> str:
        """Who can read what is entered here, in words."""
        return readers_in_words(type(self).__name__)

    @expose("/add", methods=["GET", "POST"])
    @has_access
    def add(self) -> ResponseReturnValue:
        """The form for a new entry, and taking it."""
        form = self.add_form()
        status = 200
        if request.method == "POST":
            status = self._saved(
                form, lambda data: self.add_operation(data, actor=actor(), now=now()), self.add_columns
            )
            if status == SAVED:
                flash(str(self.add_row_message), "success")
                return redirect(url_for(".list"))
        self.update_redirect()
        page = self.render_template(
            self.add_template, title=self.add_title, widgets=self._get_add_widget(form=form), view=self
        )
        return make_response(page, status)

    @expose("/edit/<pk>", methods=["GET", "POST"])
    @has_access
    def edit(self, pk: str) -> ResponseReturnValue:
        """The form of an entry, and saving it unless somebody else saved meanwhile."""
        item = self.row(pk)
        if (refusal := self.why_fixed(item)) is not None:
            raise Refused(refusal)
        status = 200
        form = self.edit_form(obj=item) if request.method == "GET" else self.edit_form()
        if request.method == "GET":
            form.seen.data = reference.fingerprint(item)
            self.prefill_form(form, item.id)
        else:
            try:
                status = self._saved(form, lambda data: self._edited(item.id, data, form.seen.data), self.edit_columns)
                if status == SAVED:
                    flash(str(self.edit_row_message), "success")
                    return redirect(url_for(".show", pk=item.id))
            except reference.Stale as stale:
                return self._both_shown(item.id, form, stale)
        self.update_redirect()
        page = self.render_template(
            self.edit_template,
            title=self.edit_title,
            widgets=self._get_edit_widget(form=form),
            related_views=[],
            view=self,
            named=self.named(item),
        )
        return make_response(page, status)

    def _edited(self, key: int, data: dict[str, Any], seen: str | None) -> Any:
        return self.edit_operation(key, data, seen=seen or "", actor=actor(), now=now())

    def _saved(self, form: Form, save: Callable[[dict[str, Any]], Any], columns: Sequence[str]) -> int:
        """Save what a form holds; the status of the answer where it was not: the form comes back as it was filled in."""
        if not form.validate():
            return 422
        try:
            save(cleaned(self.datamodel.obj, form, columns))
        except Invalid as error:
            for text in put_errors(form, field_messages(error)):
                flash(text, "danger")
            return 422
        except reference.Stale:
            raise
        except Refused as error:
            if wants_json():
                raise
            refusal = error.refusal
            flash(f"{refusal_text(refusal)} ({refusal.clause})", "danger")
            return 409
        return SAVED

    def _both_shown(self, key: int, form: Form, stale: reference.Stale) -> ResponseReturnValue:
        item, differing = self.row(key), []
        for name in self.edit_columns:
            mine, theirs = self._in_words(name, form[name].data), self._in_words(name, getattr(item, name))
            if mine != theirs:
                differing.append((str(self.label_columns[name]), mine, theirs))
        page = self.render_template(
            "errors/409.html",
            reason=_(stale.refusal.reason),
            mine=[(name, mine) for name, mine, _theirs in differing],
            theirs=[(name, theirs) for name, _mine, theirs in differing],
            back_url=url_for(".edit", pk=key),
        )
        return make_response(page, 409)

    def _in_words(self, name: str, value: Any) -> str:
        if name in self.many_choices:
            labels = dict(self.many_choices[name]())
            return _(", ").join(sorted(labels.get(getattr(each, "id", each), "?") for each in value or ()))
        return self.formatters_columns.get(name, as_text)(value)

    @expose("/delete/<pk>", methods=["POST"])
    @has_access
    def delete(self, pk: str) -> ResponseReturnValue:
        """Delete an entry that nothing refers to."""
        self.delete_operation(self.row(pk).id, actor=actor(), now=now())
        flash(str(self.delete_row_message), "success")
        return redirect(url_for(".list"))

    # -- acts on rows ----------------------------------------------------------------------------------------------

    def _act(self, name: str, numbers: Sequence[str]) -> tuple[Any, Rows]:
        found = self.actions.get(name)
        if found is None or not self.appbuilder.sm.has_access(
            self.get_action_permission_name(name), self.class_permission_name
        ):
            raise NotFound(name)
        return found, [self.row(number) for number in numbers[:LARGEST_PAGE]]

    @expose("/action/<string:name>/<pk>", methods=["POST"])
    @has_access
    def action(self, name: str, pk: str) -> ResponseReturnValue:
        """Carry a view's own act out on one row in scope."""
        found, rows = self._act(name, [pk])
        if not found.single:
            abort(404)
        return found.func(rows[0])

    @expose("/action_post", methods=["POST"])
    @has_access
    def action_post(self) -> ResponseReturnValue:
        """Carry a view's own act out on the rows picked in the list, all of them in scope or none."""
        found, rows = self._act(request.form.get("action", ""), request.form.getlist("rowid"))
        if not found.multiple or not rows:
            abort(404)
        return found.func(rows)
