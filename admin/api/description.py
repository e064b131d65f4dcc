"""/api/v1/_openapi: what the API offers, for whoever holds a token."""

from __future__ import annotations

from flask import Response
from flask_appbuilder.api import BaseApi, expose
from flask_appbuilder.api.manager import OpenApi
from flask_appbuilder.security.decorators import permission_name, protect

from admin.domain.refusals import NotFound


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
        description = self._create_api_spec(version)
        for resource in resources:
            resource.add_api_spec(description)
        return self.response(200, **description.to_dict())
