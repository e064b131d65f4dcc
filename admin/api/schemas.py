"""How records become JSON, made when somebody asks: FAB makes four schemas of each resource before the first answer."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from flask_appbuilder.api import ModelRestApi


class LateSchemas(ModelRestApi):
    """A resource whose schemas follow from its stated columns."""

    def __dir__(self) -> list[str]:
        """FAB looks at every attribute for addresses and limits, before it has what the schemas are made with."""
        return [name for name in super().__dir__() if not name.endswith("_model_schema")]

    def _init_model_schemas(self) -> None:
        """Nothing is made yet."""

    @cached_property
    def list_model_schema(self) -> Any:
        """A list's rows as JSON."""
        return self.model2schemaconverter.convert(self.list_columns, parent_schema_name=self.list_model_schema_name)

    @cached_property
    def show_model_schema(self) -> Any:
        """A row as JSON."""
        return self.model2schemaconverter.convert(self.show_columns, parent_schema_name=self.show_model_schema_name)

    @cached_property
    def add_model_schema(self) -> Any:
        """What POST takes, for the description of the API."""
        name = self.add_model_schema_name
        return self.model2schemaconverter.convert(self.add_columns, nested=False, parent_schema_name=name)

    @cached_property
    def edit_model_schema(self) -> Any:
        """What PUT takes, for the description of the API."""
        name = self.edit_model_schema_name
        return self.model2schemaconverter.convert(self.edit_columns, nested=False, parent_schema_name=name)
