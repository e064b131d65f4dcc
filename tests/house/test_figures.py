"""No figure of the policy is typed into a sentence of the portal: it comes from the rules, or is the due day itself."""

from __future__ import annotations

import re

from babel.messages.pofile import read_po

from admin.operations.cycles.cycles import STAGE_DAYS
from config import ROOT

CATALOGUE = ROOT / "admin/translations/zh_Hant_TW/LC_MESSAGES/messages.po"
TYPED = re.compile(
    r"\b(\d+|two|three|four|five|six|ten|fifteen|thirty) (?:working |calendar )?(?:days|weeks|months)\b", re.I
)


def test_a_sentence_with_a_number_of_days_typed_into_it_says_the_days_that_are_counted() -> None:
    with CATALOGUE.open("rb") as file:
        ids = [message.id if isinstance(message.id, str) else message.id[1] for message in read_po(file) if message.id]
    typed = {each: found[1] for each in ids if (found := TYPED.search(each))}
    assert sorted(typed.values()) == sorted(str(days) for days in STAGE_DAYS.values()), typed
