"""Somebody with the database's password cuts or deletes what the tree of the audit trail is made of."""

from __future__ import annotations

from pathlib import Path

import pytest

from admin.cli.dispatch import main
from admin.domain.refusals import Refused
from admin.files import heads
from admin.operations.system.audit import seal
from admin.operations.system.witness import publish_head
from tests.attacks.test_witness import SYSTEM, by_hand, place, published
from tests.factories import NOW

__all__ = ["place"]


@pytest.mark.parametrize(
    "tampering",
    ["UPDATE audit_seals SET nodes = substr(nodes, 1, 32) WHERE id = 2", "DELETE FROM audit_seals WHERE id = 2"],
)
def test_a_seal_that_was_cut_or_deleted_is_said_in_words_by_every_command(
    place: Path, capsys: pytest.CaptureFixture[str], tampering: str
) -> None:
    published("One", "Two")
    sealed_up_to = len(heads.read(place))
    by_hand("DELETE FROM audit_seals WHERE id > 3", tampering)
    capsys.readouterr()
    assert main(["audit", "verify"]) == 3
    assert "Seal 2 of the audit trail is gone or was cut" in capsys.readouterr().out
    with pytest.raises(Refused, match="Seal 2 of the audit trail is gone or was cut"):
        seal(actor=SYSTEM, now=NOW)
    with pytest.raises(Refused):
        publish_head(actor=SYSTEM, now=NOW)
    assert len(heads.read(place)) == sealed_up_to
