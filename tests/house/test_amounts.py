"""Amounts of pay are declared on their columns, and everything that could show one follows from that (5.1, 6.3-b)."""

from __future__ import annotations

import re
from typing import Any

from flask import Flask
from sqlalchemy import Numeric

from admin.access.actor import ROLES, Actor
from admin.access.permissions import readers
from admin.access.scope import SCOPES, visible
from admin.models import Model
from admin.models.amounts import amount_columns, amount_tables

MONEY = re.compile(r"amount|salar|pay(?!load)|_low$|_high$|^low|^high|wage|price|cost")

COLUMNS = ("list_columns", "show_columns", "search_columns", "order_columns", "add_columns", "edit_columns")


def test_a_column_that_sounds_like_money_is_declared_to_hold_amounts() -> None:
    sounding = {
        f"{table.name}.{column.name}"
        for table in Model.metadata.tables.values()
        for column in table.c
        if MONEY.search(column.name) and isinstance(column.type, Numeric)
    }
    declared = {f"{table}.{name}" for table in amount_tables() for name in amount_columns(table)}
    assert sounding - declared == set() and {"pay_bands.amount_min", "pay_lists.sha256"} <= declared


def test_rows_that_hold_amounts_are_seen_by_hr_alone() -> None:
    holding = [mapper.class_ for mapper in Model.registry.mappers if mapper.local_table.name in amount_tables()]  # type: ignore[union-attr]
    assert holding
    for table in holding:
        assert table in SCOPES
        seen = {role for role in ROLES if str(visible(Actor("x", 1, 1, frozenset({role})), table)) != "false"}
        assert seen == {"hr"}, table


def shown(view: Any) -> set[str]:
    """Every column that a generated screen or a resource names anywhere: what is filtered or ordered by tells as much."""
    return {name for each in COLUMNS for name in getattr(type(view), each, None) or ()}


def test_no_list_look_up_or_resource_that_others_read_names_a_column_of_amounts(app: Flask) -> None:
    naming = []
    for view in app.appbuilder.baseviews:  # type: ignore[attr-defined]
        table = getattr(getattr(view, "datamodel", None), "obj", None)
        named = shown(view) & amount_columns(table.__table__.name) if hasattr(table, "__table__") else set()
        if named:
            naming.append(type(view).__name__)
            assert readers(type(view).__name__) == {"hr"}, (type(view).__name__, named)
    assert {"PayBandView", "PayListView", "ApiPayLists"} <= set(naming)
