"""/api/v1/_openapi: what the API offers, for whoever holds a token."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app
from flask_appbuilder.api import BaseApi, expose
from flask_appbuilder.api.manager import OpenApi
from flask_appbuilder.security.decorators import permission_name, protect
from flask_babel import get_locale

from admin.api.base import Resource
from admin.domain.refusals import NotFound
from admin.operations import acts
from admin.web.texts import action_label, translated

MADE = "descriptions of the API"


class ApiDescription(OpenApi):
    """The OpenAPI document, made from the resources themselves."""

    allow_browser_login = False

    @expose("/<version>/_openapi")
    @protect()
    @permission_name("read")
    def get(self, version: str) -> Response:
        """The description of the API
        ---
        get:
          description: The OpenAPI document of this version
          parameters:
          - in: path
            name: version
            required: true
            schema: {type: string}
          responses:
            200:
              description: The OpenAPI document
              content:
                application/json:
                  schema: {type: object}
            401:
              $ref: '#/components/responses/401'
            404:
              $ref: '#/components/responses/404'
        """
        resources = [
            view for view in self.appbuilder.baseviews if isinstance(view, BaseApi) and view.version == version
        ]
        if not resources:
            raise NotFound(version)
        made = current_app.extensions.setdefault(MADE, {})
        key = (version, str(get_locale()))
        if key not in made:
            made[key] = self._document(version, resources)
        return self.response(200, **made[key])

    def _document(self, version: str, resources: list[BaseApi]) -> dict[str, Any]:
        """Neither records nor whoever asks change it, and it takes longer than any page: once for each language."""
        description = self._create_api_spec(version)
        for resource in resources:
            resource.add_api_spec(description)
        document: dict[str, Any] = description.to_dict()
        for resource in resources:
            if isinstance(resource, Resource) and resource.process:
                name_actions(document["paths"], resource)
        schemes = document["components"]["securitySchemes"]
        document["components"]["securitySchemes"] = {"jwt": schemes["jwt"]}
        for path, methods in document["paths"].items():
            complete(path, methods)
        return document


def name_actions(paths: dict[str, Any], resource: Resource) -> None:
    """In the place of one path for any action a path for each, with what it asks for: from the workflow table."""
    pattern = f"/api/v1/{resource.resource_name}/{{pk}}/actions/{{name}}"
    common = paths.pop(pattern)["post"]
    for name in acts.actions_of(resource.process):
        described = {
            **common,
            "summary": translated(action_label(name, resource.process)),
            "operationId": f"{resource.resource_name}_{name}",
            "parameters": [each for each in common["parameters"] if each["name"] != "name"],
            "requestBody": {"content": {"application/json": {"schema": _asked(resource.process, name)}}},
        }
        paths[pattern.replace("{name}", name)] = {"post": described}


def _asked(process: str, action: str) -> dict[str, Any]:
    fields = acts.fields_of(process, action)
    schema: dict[str, Any] = {"type": "object", "properties": {each.name: _property(each) for each in fields}}
    needed = [each.name for each in fields if each.required]
    return schema | {"required": needed} if needed else schema


def _property(asked: acts.Field) -> dict[str, Any]:
    schema = {"description": translated(asked.label), **TYPES.get(asked.kind, {"type": "string"})}
    return schema | {"enum": [code for code, _label in asked.choices]} if asked.choices else schema


def complete(path: str, methods: dict[str, Any]) -> None:
    """What every resource answers beside what Flask-AppBuilder describes (3.3-g)."""
    for method, described in methods.items():
        if path.endswith("/security/login"):
            continue
        answers = described["responses"]
        wanted = ["401", "404"] + (["400", "422"] if method in ("post", "put") else [])
        for code in wanted:
            answers.setdefault(code, {"$ref": f"#/components/responses/{code}"})
        if method != "get":
            answers["409"] = REFUSED
        described["security"] = [{"jwt": []}]  # and no key of Flask-AppBuilder's, which is switched off


TYPES: dict[str, dict[str, Any]] = {
    "integer": {"type": "integer"},
    "boolean": {"type": "boolean"},
    "yes_no": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "day_end": {"type": "string", "format": "date"},
    "objects": {"type": "object", "additionalProperties": {"type": "object"}},
    "rows": {"type": "object", "additionalProperties": {"type": "object"}},
    "file": {
        "type": "object",
        "required": ["name", "content"],
        "properties": {"name": {"type": "string"}, "content": {"type": "string", "format": "byte"}},
    },
    "numbers": {"type": "array", "items": {"type": "integer"}},
}
REFUSED = {
    "description": "Refused by a rule, with its clause",
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "required": ["refused", "clause", "reason", "facts"],
                "properties": {
                    "refused": {"type": "boolean"},
                    "clause": {"type": "string"},
                    "reason": {"type": "string"},
                    "facts": {"type": "object"},
                },
            }
        }
    },
}
