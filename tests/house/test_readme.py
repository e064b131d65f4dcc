"""The README cannot fall behind: its commands are the commands, its pictures are there."""

from __future__ import annotations

import re

from admin.cli.dispatch import build_parser
from config import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_command_of_manage_stands_in_the_readme_and_no_other() -> None:
    table = README.split("## Commands")[1].split("## Settings")[0]
    named = {name for row in re.findall(r"^\| (`[^|]+) \|", table, re.M) for name in re.findall(r"`([a-z-]+)`", row)}
    actions = [action for action in build_parser()._subparsers._group_actions if action.choices]  # type: ignore[union-attr]
    assert named == set(actions[0].choices or ())


def test_every_picture_of_the_readme_is_there() -> None:
    pictures = re.findall(r"!\[[^]]+\]\(([^)]+)\)", README)
    assert len(pictures) >= 3
    assert all((ROOT / picture).is_file() for picture in pictures)


def test_every_role_has_its_first_steps() -> None:
    steps = README.split("## First steps, by role")[1].split("## Commands")[0]
    for sign_in in (
        "hr",
        "emp1",
        "sup1",
        "head1",
        "chair",
        "secretary",
        "member1",
        "panel1",
        "management",
        "auditor",
        "officer1",
        "admin",
    ):
        assert f"`{sign_in}`" in steps
