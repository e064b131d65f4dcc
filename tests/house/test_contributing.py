"""What CONTRIBUTING.md says is there, is there; its picture is that of the contracts."""

from __future__ import annotations

import re

import pytest

from config import ROOT
from tests.house.architecture import PICTURE, floors, picture

TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
PLACES = sorted(
    {
        place
        for place in re.findall(r"`((?:admin|tests|notice_site|scripts|\./scripts)/[\w./-]+)", TEXT)
        if "NNNN" not in place
    }
)


def test_the_picture_is_drawn_from_the_contracts_and_folders_as_they_are() -> None:
    assert PICTURE.read_text(encoding="utf-8") == picture(), "draw it anew: python -m tests.house.architecture"


def test_the_picture_shows_every_floor_there_is() -> None:
    drawn = {name for names in floors() for name in names}
    there = {path.name.removesuffix(".py") for path in (ROOT / "admin").iterdir() if path.suffix in ("", ".py")}
    beside = {"__init__", "__pycache__", "templates", "static", "translations", "migrations"}
    assert there - beside <= drawn


@pytest.mark.parametrize("place", PLACES)
def test_every_place_that_a_recipe_names_is_there(place: str) -> None:
    assert (ROOT / place.rstrip("./").removeprefix("./")).exists()
