"""The hardened base of every API resource: bearer tokens only, rows in scope, stated columns, actions of the workflow.

Errors are answered by the same handlers as the pages': 404 for what is not there or not yours, 409 for a rule, 422 for
wrong input. Fields that are not asked for are ignored; a GET changes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any, ClassVar

import jsonschema
import prison
from flask import Response, request
from flask_appbuilder.api import ModelRestApi, expose
from flask_appbuilder.api.schemas import get_item_schema, get_list_schema
from flask_appbuilder.security.decorators import permission_name, protect
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from wtforms import Form

from admin.api.schemas import LateSchemas
from admin.domain.refusals import N_, Invalid, NotFound
from admin.operations import acts
from admin.operations.repeating import once_only
from admin.operations.system import reference
from admin.web.acting import actor
from admin.web.clock import now
from admin.web.fields import FormMaker, cleaned
from admin.web.payload import Unreadable, json_object
from admin.web.records import Records
from admin.web.texts import refusal_text

STATED = (
    "resource_name",
    "list_columns",
    "show_columns",
    "search_columns",
    "order_columns",
    "add_columns",
    "edit_columns",
)
METHODS = {
    "get_list": "read",
    "get": "read",
    "post": "write",
    "put": "write",
    "delete": "write",
    "actions": "read",
    "act": "read",
}


YES_OR_NO = {
    "true": True,
    "1": True,
    "yes": True,
    "y": True,
    "false": False,
    "0": False,
    "no": False,
    "n": False,
    "": False,
}


def queried(schema: dict[str, Any]) -> Callable[[Callable[..., Response]], Callable[..., Response]]:
    """Read ?q= (Rison or JSON) as FAB's own decorator does, but answer 400 to whatever cannot be read."""

    def wrap(method: Callable[..., Response]) -> Callable[..., Response]:
        @wraps(method)
        def read(self: Resource, *args: Any, **kwargs: Any) -> Response:
            return method(self, *args, rison=_query(request.args.get("q", ""), schema), **kwargs)

        return read

    return wrap


def _query(text: str, schema: dict[str, Any]) -> Any:
    if not text.strip():
        return {}
    try:
        query = json.loads(text) if text.lstrip().startswith("{") else prison.loads(text)
        jsonschema.validate(query, schema)
        json.dumps(query, ensure_ascii=False).encode()  # half a character is read as one, and no database takes it
    except (ValueError, RecursionError, prison.decoder.ParserException, jsonschema.ValidationError):
        raise Unreadable(_("The parameter q takes Rison or JSON as /api/v1/_openapi describes it.")) from None
    return query


class Resource(LateSchemas):
    """Base of API resources over one table; a subclass states its name and every list of columns.

    `process` (optional) names the workflow process: then /<id>/actions and /<id>/actions/<name> are there.
    """

    process: ClassVar[str] = ""
    can_delete: ClassVar[bool] = False
    choices: ClassVar[dict[str, Any]] = {}
    many_choices: ClassVar[dict[str, Any]] = {}
    allow_browser_login = False
    page_size = 25
    max_page_size = 100

    def __init_subclass__(cls, abstract: bool = False, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if abstract:
            return
        missing = [name for name in STATED if getattr(cls, name, None) is None]
        if missing or not isinstance(cls.datamodel, Records):
            raise TypeError(f"{cls.__name__} has to state {', '.join(missing) or 'its datamodel as Records(...)'}")
        gone = {"info"} | ({"post"} if not cls.add_columns else set()) | ({"put"} if not cls.edit_columns else set())
        gone |= (set() if cls.can_delete else {"delete"}) | (set() if cls.process else {"actions", "act"})
        cls.exclude_route_methods = set(cls.__dict__.get("exclude_route_methods") or ()) | gone
        own = {
            name: method._permission_name for name, method in vars(cls).items() if hasattr(method, "_permission_name")
        }
        cls.method_permission_name = {**own, **METHODS, **(cls.__dict__.get("method_permission_name") or {})}
        cls.openapi_spec_tag = cls.resource_name

    def _init_properties(self) -> None:
        stated = {name: list(getattr(type(self), name)) for name in STATED if name.endswith("columns")}
        super()._init_properties()
        for name, columns in stated.items():  # FAB reads an empty list as "all columns"
            setattr(self, name, columns)
        self.list_select_columns, self.show_select_columns = self.list_columns, self.show_columns
        self._filters = (
            self.datamodel.get_filters(search_columns=self.search_columns)
            if self.search_columns
            else self.datamodel.get_filters()
        )

    def _handle_filters_args(self, rison_args: dict[str, Any]) -> Any:
        """FAB keeps one object for all threads; here each request has its own."""
        filters = (
            self.datamodel.get_filters(search_columns=self.search_columns)
            if self.search_columns
            else self.datamodel.get_filters()
        )
        filters.rest_add_filters(rison_args.get("filters", []))
        return filters.get_joined_filters(self._base_filters)

    def response_403(self) -> Response:
        """A resource outside one's role is not there (3.3-g)."""
        return self.response_404()

    def row(self, pk: Any) -> Any:
        """The row with this number in the actor's scope; raises `NotFound`."""
        found = self.datamodel.get(pk, self._base_filters, select_columns=self.show_columns)
        if found is None:
            raise NotFound(f"{self.resource_name} {pk}")
        return found

    # -- reading ---------------------------------------------------------------------------------------------------

    @expose("/", methods=["GET"])
    @protect()
    @permission_name("get_list")
    @queried(get_list_schema)
    def get_list(self, **kwargs: Any) -> Response:  # documented by FAB
        return self.get_list_headless(**kwargs)

    @expose("/<pk>", methods=["GET"])
    @protect()
    @permission_name("get")
    @queried(get_item_schema)
    def get(self, pk: str, **kwargs: Any) -> Response:
        self.row(pk)
        return self.get_headless(pk, **kwargs)

    get_list.__doc__, get.__doc__ = ModelRestApi.get_list.__doc__, ModelRestApi.get.__doc__

    # -- writing ---------------------------------------------------------------------------------------------------

    def add_operation(self, data: dict[str, Any], **who_and_when: Any) -> Any:
        """What POST calls."""
        return reference.add_record(self.datamodel.obj, data, **who_and_when)

    def edit_operation(self, key: int, data: dict[str, Any], **who_and_when: Any) -> Any:
        """What PUT calls."""
        return reference.edit_record(self.datamodel.obj, key, data, **who_and_when)

    def delete_operation(self, key: int, **who_and_when: Any) -> None:
        """What DELETE calls."""
        reference.delete_record(self.datamodel.obj, key, **who_and_when)

    def _read(self, columns: list[str], item: Any = None) -> dict[str, Any]:
        """The cleaned input, by the same checks as the forms'. Raises `Invalid`."""
        payload = payload_of_request()
        sent = set(payload) | {name.removesuffix("_id") for name in payload}
        for name in columns:  # a relation may be named as it is shown: department_id
            payload.setdefault(name, payload.get(f"{name}_id"))
        given = [name for name in columns if item is None or name in sent]
        payload |= self._of_its_kind({name: payload[name] for name in given if payload[name] is not None})
        form: Form = FormMaker(self).make(given)(formdata=as_form(payload, given), meta={"csrf": False})
        if not form.validate():
            raise Invalid({name: errors[0] for name, errors in form.errors.items()})
        data = cleaned(self.datamodel.obj, form, given)
        return {key: value for key, value in data.items() if item is not None or value is not None}

    def _of_its_kind(self, given: dict[str, Any]) -> dict[str, Any]:
        """The values, yes and no as such. Raises `Invalid` for JSON of another kind than its column: nothing is guessed."""
        found, wrong = dict(given), dict[str, str]()
        for name, value in given.items():
            if self.datamodel.is_boolean(name):
                found[name] = YES_OR_NO.get(str(value).strip().lower())
                wrong |= {name: N_("Choose yes or no.")} if found[name] is None else {}
            elif isinstance(value, bool | dict) or (isinstance(value, list) and name not in self.many_choices):
                wrong[name] = N_("The format is wrong: see the field's description.")
        if wrong:
            raise Invalid(wrong)
        return found

    def _answer(self, key: int, status: int) -> Response:
        result = self.show_model_schema.dump(self.row(key), many=False)
        return self.response(status, id=key, result=result)

    @expose("/", methods=["POST"])
    @protect()
    @permission_name("post")
    def post(self) -> Response:
        who, when, data = actor(), now(), self._read(self.add_columns)

        def add() -> int:
            return int(self.add_operation(data, actor=who, now=when).id)

        return self._answer(once_only("add", add, actor=who, now=when), 201)

    @expose("/<pk>", methods=["PUT"])
    @protect()
    @permission_name("put")
    def put(self, pk: str) -> Response:
        who, when, item = actor(), now(), self.row(pk)
        key, data = item.id, self._read(self.edit_columns, item)

        def edit() -> int:
            self.edit_operation(key, data, actor=who, now=when)
            return int(key)

        return self._answer(once_only("edit", edit, actor=who, now=when), 200)

    @expose("/<pk>", methods=["DELETE"])
    @protect()
    @permission_name("delete")
    def delete(self, pk: str) -> Response:
        self.delete_operation(self.row(pk).id, actor=actor(), now=now())
        return self.response(200, message="OK")

    post.__doc__, put.__doc__, delete.__doc__ = (
        ModelRestApi.post.__doc__,
        ModelRestApi.put.__doc__,
        ModelRestApi.delete.__doc__,
    )

    # -- actions ---------------------------------------------------------------------------------------------------

    @expose("/<int:pk>/actions", methods=["GET"])
    @protect()
    @permission_name("actions")
    def actions(self, pk: int) -> Response:
        """What may be done to the record now
        ---
        get:
          description: Every action that is the caller's at this stage, allowed or with the reasons why not
          parameters:
          - in: path
            name: pk
            required: true
            schema: {type: integer}
          responses:
            200:
              description: The actions
              content:
                application/json:
                  schema:
                    type: object
                    properties:
                      actions:
                        type: array
                        items:
                          type: object
                          properties:
                            name: {type: string}
                            allowed: {type: boolean}
                            refusals:
                              type: array
                              items:
                                type: object
                                properties:
                                  clause: {type: string}
                                  reason: {type: string}
                                  facts: {type: object}
            401:
              $ref: '#/components/responses/401'
            404:
              $ref: '#/components/responses/404'
        """
        found = acts.offered(self.process, pk, actor(), now())
        return self.response(200, actions=[described(each) for each in found])

    @expose("/<int:pk>/actions/<name>", methods=["POST"])
    @protect()
    @permission_name("act")
    def act(self, pk: int, name: str) -> Response:
        """Carry an action of the workflow out
        ---
        post:
          description: Carries the action out and answers the record's new state
          parameters:
          - in: path
            name: pk
            required: true
            schema: {type: integer}
          - in: path
            name: name
            required: true
            schema: {type: string}
          requestBody:
            content:
              application/json:
                schema: {type: object}
          responses:
            200:
              description: The new state
              content:
                application/json:
                  schema: {type: object}
            202:
              description: >-
                It waits for a second person, as the confirmation that is named (6.1-a), or the worker carries it out, as the
                work that is named and found under its address (6.1)
              content:
                application/json:
                  schema: {type: object}
            401:
              $ref: '#/components/responses/401'
            404:
              $ref: '#/components/responses/404'
            422:
              $ref: '#/components/responses/422'
        """
        state = acts.perform(self.process, pk, name, payload_of_request(empty=True), actor=actor(), now=now())
        work = (state.get("rows") or {}).get("id")
        if work is None:
            return self.response(202 if "proposed" in state else 200, **state)
        answer = self.response(202, **state, work=f"/api/v1/long_works/{work}")
        answer.headers["Location"] = f"/api/v1/long_works/{work}"
        return answer


def described(decision: Any) -> dict[str, Any]:
    """An action as the API tells it."""
    refusals = [
        {"clause": each.clause, "reason": refusal_text(each), "facts": dict(each.facts)} for each in decision.refusals
    ]
    return {"name": decision.action, "allowed": decision.allowed, "refusals": refusals}


def payload_of_request(*, empty: bool = False) -> dict[str, Any]:
    """The JSON object that was sent; 400 where it is none."""
    if empty and not request.get_data(cache=True):
        return {}
    return json_object()


def as_form(payload: dict[str, Any], columns: list[str]) -> MultiDict[str, str]:
    """JSON values as a form would send them; absent, null and false send nothing."""
    pairs = []
    for name in columns:
        value = payload.get(name)
        if value is None or value is False:
            continue
        many = value if isinstance(value, list) else [value]
        pairs += [(name, "1" if each is True else each if isinstance(each, str) else str(each)) for each in many]
    return MultiDict(pairs)
