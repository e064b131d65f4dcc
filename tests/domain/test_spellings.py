"""How the other script writes a character."""

import opencc
import pytest

from admin.domain.spellings import HAN, in_script


@pytest.mark.parametrize("way", ["t2s", "s2t"])
def test_a_character_is_written_as_the_librarys_whole_rules_write_it(way: str) -> None:
    characters = [chr(code) for first, last in HAN for code in range(first, last)]
    others = opencc.OpenCC(way).convert("\n".join(characters)).split("\n")
    assert in_script(way) == {ord(one): other for one, other in zip(characters, others, strict=True) if one != other}
