"""Whom a text means, however it spells them (6.3-d): too widely rather than too narrowly.

Who is wrongly kept from a complaint can be let in; who has read it cannot forget it. `Wording.names` says that somebody
is named, in another script, width or order, by number or account; `Wording.resembles` that they may be meant.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import permutations, product

from admin.domain.refusals import N_, Refusal
from admin.domain.spellings import figures, is_han, plain, plain_words, sounds

_SENTENCE = re.compile(r"[。！？；：，、!?;\n]+")
_PIECE = re.compile(r"[,;，、；\n/／|]+")
_WORD = re.compile(r"[0-9a-z]+")
MOST_WORDS, LONGEST = 8, 40  # of one name, number or account, as somebody may break it up
SHORTEST_ACCOUNT = 3  # in a running text; "hr" is a word as well
SHORTEST_NAME = 2
MOST_ORDERED = 4  # words of a name that may stand in any order
SHORTEST_CORE = 4  # figures in a running text that may be a number; "three times" is none
# What people call those who get complaints or come to know of one, by their role or seat.
OFFICE_WORDS: dict[str, tuple[str, ...]] = {
    "complaint_officer": ("投訴受理", "投訴承辦", "受理人員", "承辦人", "complaint officer"),
    "hr": ("人力資源", "人資", "人事", "hr", "human resources"),
    "management": ("管理層", "總經理", "高層", "management"),
    "auditor": ("稽核", "審計", "auditor"),
    "admin": ("系統管理員", "administrator"),
    "chair": ("主席", "chair"),
    "secretary": ("秘書", "secretary"),
    "committee": ("評審委員", "委員會", "committee"),
    "panel": ("申訴小組", "appeal panel"),
}


@dataclass(frozen=True)
class Named:
    """Somebody, and everything that they can be called by; `offices` are what people call what they hold."""

    key: int
    name: str
    number: str
    account: str = ""
    post: str = ""
    offices: frozenset[str] = frozenset()


def pieces(text: str) -> tuple[str, ...]:
    """The names and numbers that somebody listed, each as it was typed."""
    return tuple(dict.fromkeys(filter(None, (each.strip() for each in _PIECE.split(text)))))


def is_exactly(piece: str, who: Named) -> bool:
    """Whether what was typed is this person's whole name or number, in whatever script and width."""
    typed = plain(piece)
    return bool(typed) and typed in (plain(who.name), plain(who.number))


class Wording:
    """A text, made ready to be asked about many people. A `listed` one says who is meant; others tell a story."""

    def __init__(self, text: str, *, listed: bool) -> None:
        self.listed = listed
        # In a story a name does not run on from one sentence into the next; in a list anything may stand between.
        parts = [text] if listed else _SENTENCE.split(text)
        self.run = "\0".join(plain(part) for part in parts)
        self._words = [_WORD.findall(plain_words(part)) for part in parts]

    @cached_property
    def windows(self) -> frozenset[str]:
        """Every run of up to `MOST_WORDS` words written together: "Z 90 01" and "Z9001" are one number."""
        return frozenset(each for words in self._words for each in _windows(words))

    @cached_property
    def cores(self) -> frozenset[str]:
        """The numbers in it without what stands before them, Chinese figures too."""
        found = {_core(each) for each in self.windows} | {_core(each) for each in _WORD.findall(figures(self.run))}
        return frozenset(each for each in found if each and (self.listed or len(each) >= SHORTEST_CORE))

    @cached_property
    def _everything(self) -> str:
        return " ".join(self.windows)

    def names(self, who: Named) -> bool:
        """Whether it names somebody, by name, number or account."""
        return self._by_name(who) or any(code in self.windows for code in self._codes(who))

    def _by_name(self, who: Named) -> bool:
        name = plain(who.name)
        # One character is in nearly every Chinese sentence.
        if len(name) < SHORTEST_NAME:
            return self.listed and name != "" and self.run == name
        if any(is_han(each) for each in name):
            return name in self.run
        return any(each in self.windows for each in _orders(_WORD.findall(plain_words(who.name))))

    def _codes(self, who: Named) -> Iterator[str]:
        yield plain(who.number)
        account = plain(who.account)
        if self.listed or len(account) >= SHORTEST_ACCOUNT:
            yield account

    def sounds_like(self, who: Named) -> bool:
        """Whether it writes the number without what stands before it, or the name by its sound in Latin letters."""
        return _core(plain(who.number)) in self.cores or self._in_latin(plain(who.name))

    def _in_latin(self, name: str) -> bool:
        if not self.windows or not name or not all(is_han(each) for each in name):
            return False
        ways = [sounds(each) for each in name]
        # First whether each sound is there at all: the product of all orders is only for the few where it is.
        if not all(any(way in self._everything for way in each) for each in ways):
            return False
        return any("".join(one) in self.windows for order in _turns(ways) for one in product(*order))

    def resembles(self, who: Named, besides: Collection[Named] = ()) -> bool:
        """Whether somebody may be meant, besides the above by surname, given name, sound, post or office.

        The names of `besides`, who are known to be meant, are no part of anybody else's.
        """
        run = self.run
        for each in besides:
            run = run.replace(plain(each.name) or "\0", "\0") if each.key != who.key else run
        return (
            self.names(who) or self.sounds_like(who) or self._partly(plain(who.name), run) or self._by_office(who, run)
        )

    def _partly(self, name: str, run: str) -> bool:
        if not name or not is_han(name[0]):
            return any(len(word) > 1 and word in self.windows for word in _WORD.findall(name))
        given = name[1:]
        heard = any(way in self.windows for way in sounds(name[0])) or self._heard(name)
        return name[0] in run or (len(given) > 1 and given in run) or heard

    def _heard(self, name: str) -> bool:
        """A name of the same sound in other characters."""
        starts = range(len(self.run) - len(name) + 1) if len(name) >= SHORTEST_NAME else ()
        return any(all(_alike(one, two) for one, two in zip(self.run[at:], name, strict=False)) for at in starts)

    def _by_office(self, who: Named, run: str) -> bool:
        return any(self._calls(plain(each), run) for each in (who.post, *who.offices))

    def _calls(self, office: str, run: str) -> bool:
        if not office or not is_han(office[0]):
            return office in self.windows
        # A part of a title calls its holder as well.
        return office in run or any(len(each) > 1 and each in office for each in run.split("\0"))


def check_not_meant(accused: Wording, who: Named, besides: Collection[Named] = ()) -> Refusal | None:
    """Refuse a complaint to somebody who may be meant while it is not known who is; `besides` are known to be (6.3-d)."""
    if not accused.resembles(who, besides):
        return None
    return Refusal("6.3-d", N_("People who may be meant do not get the complaint; another officer finds out."))


def _windows(words: list[str]) -> Iterator[str]:
    for start in range(len(words)):
        run = ""
        for word in words[start : start + MOST_WORDS]:
            run += word
            if len(run) > LONGEST:
                break
            yield run


def _orders(words: list[str]) -> Iterator[str]:
    """A name of Latin letters in any order of its words."""
    if len(words) > MOST_ORDERED:
        yield "".join(words)
    else:
        yield from map("".join, permutations(words))


def _turns(ways: list[frozenset[str]]) -> tuple[list[frozenset[str]], ...]:
    """The surname first, and last: of one character, and of two."""
    return (ways, [*ways[1:], ways[0]], [*ways[2:], *ways[:2]])


def _core(number: str) -> str:
    """The figures at the end of a number, without leading zeros; "" where it ends in none."""
    found = re.search(r"[0-9]+$", number)
    return found[0].lstrip("0") if found else ""


def _alike(one: str, two: str) -> bool:
    return one == two or (is_han(one) and is_han(two) and not sounds(one).isdisjoint(sounds(two)))
