"""What one policy version says: clauses, parameters, ladder, scorecard and worked cases, as frozen values."""

from __future__ import annotations

import re
from calendar import month_name
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from admin.domain.ratings import FEWEST_SHOWN
from admin.domain.refusals import N_, Refusal, Refused

LANGUAGES = ("zh_hant", "zh_hans", "en")
PLACEHOLDER = re.compile(r"\{([a-z_]*)\}")
ORIGINS = ("policy", "ours")
CARRIERS = ("enforced", "carried", "published")
TYPES = ("int", "month", "choice")
SOURCES = ("metric", "superior", "peers", "superior_and_peers", "exam", "project", "computed", "imported")
RATED = ("superior", "peers", "superior_and_peers")
DIRECTIONS = ("higher", "lower")
MEASURES = ("rate", "mean", "per_day", "value")

# Characters that the tables have room for, which take what a version says once it is promulgated.
LONGEST = {"grade name": 50, "level": 20, "criterion": 40, "criterion name": 100, "clause": 20, "parameter": 60}

# In the file the three languages of such a text stand beside the entry's other keys, not under a key of their own.
INLINE = {"inline": True}


@dataclass(frozen=True)
class Text:
    """The same words in three languages."""

    zh_hant: str
    zh_hans: str
    en: str

    def get(self, lang: str) -> str:
        """The words in one language (zh_hant, zh_hans, en)."""
        if lang not in LANGUAGES:
            raise KeyError(lang)
        return str(getattr(self, lang))

    def around(self, words: Text) -> Text:
        """This text with other words in the place of %s, language by language."""
        return Text(*(self.get(lang) % words.get(lang) for lang in LANGUAGES))

    def placeholders(self, lang: str) -> frozenset[str]:
        """Names in braces, each a parameter."""
        return frozenset(PLACEHOLDER.findall(self.get(lang)))


PART_NAMES = {
    "superior": Text("%s（上級評價）", "%s（上级评价）", "%s (superior)"),
    "peers": Text("%s（同事評價）", "%s（同事评价）", "%s (peers)"),
}


@dataclass(frozen=True)
class Chapter:
    """A chapter of the policy."""

    id: str
    name: Text = field(metadata=INLINE)


@dataclass(frozen=True)
class Clause:
    """One clause of the policy or one rule of ours, with who keeps its promise (`carrier`)."""

    id: str
    origin: str = field(metadata={"one_of": ORIGINS})
    title: Text
    text: Text
    carrier: str = field(metadata={"one_of": CARRIERS})
    rule: str | None = None
    page: str | None = None

    @property
    def chapter(self) -> str:
        """The id of its chapter: what stands before the first dot."""
        return re.split(r"[.-]", self.id)[0]

    @property
    def serves(self) -> str | None:
        """For a rule of ours such as 3.3-d: the clause under which it stands."""
        return self.id.rsplit("-", 1)[0] if "-" in self.id else None


@dataclass(frozen=True)
class DatedValue:
    """A parameter's value from a day on."""

    since: date = field(metadata={"key": "from"})
    value: int | str


@dataclass(frozen=True)
class Choice:
    """One of the values that a choice may have."""

    value: str
    label: Text = field(metadata=INLINE)


@dataclass(frozen=True)
class Unit:
    """What is counted, as it prints behind a number; `en_one` is the English singular."""

    zh_hant: str
    zh_hans: str
    en: str
    en_one: str | None = None

    def words(self, count: int, lang: str) -> str:
        """The number with its unit."""
        one = self.en_one if lang == "en" and count == 1 else None
        return f"{count} {one or getattr(self, lang)}"


# A mean of fewer tells each of its raters what the others gave (6.3-d): no version allows less, and none that did is heeded.
FLOORS = {"peer_minimum": FEWEST_SHOWN}


@dataclass(frozen=True)
class Parameter:
    """A number or choice that the texts leave open; `blank`: by the policy itself, else by a rule of ours."""

    id: str
    clause: str
    blank: bool
    type: str = field(metadata={"one_of": TYPES})
    name: Text
    help: Text
    values: tuple[DatedValue, ...]
    unit: Unit | None = None
    range: tuple[int, int] | None = None
    choices: tuple[Choice, ...] = ()

    def value(self, on: date) -> int | str:
        """The value in force that day; refused before the first one."""
        past = [dated.value for dated in self.values if dated.since <= on]
        if not past:
            reason = N_("The policy gives no value for %(parameter)s on %(day)s.")
            raise Refused(Refusal("7", reason, {"parameter": self.id, "day": on.isoformat()}))
        return self._lawful(past[-1])

    def _lawful(self, value: int | str) -> int | str:
        """A value as it counts: what an earlier version allowed below the floor counts as the floor."""
        floor = FLOORS.get(self.id)
        return value if floor is None else max(floor, int(value))

    def words(self, value: int | str, lang: str) -> str:
        """A value as it is printed: number with unit, name of the month, label of the choice."""
        if self.type == "choice":
            return next((choice.label.get(lang) for choice in self.choices if choice.value == value), str(value))
        if self.type == "month":
            return month_name[int(value)] if lang == "en" else f"{value} 月"
        return self.unit.words(int(value), lang) if self.unit else str(value)

    @property
    def allowed(self) -> tuple[int | str, ...]:
        """The values of a choice; lowest and highest of a number."""
        if self.type == "choice":
            return tuple(choice.value for choice in self.choices)
        if self.type == "month" or self.range is None:
            return (1, 12) if self.type == "month" else ()
        low, high = self.range
        return max(low, FLOORS.get(self.id, low)), high

    def fault(self, value: Any) -> Refusal | None:
        """Refuse a value of the wrong kind or out of range."""
        fits = value in self.allowed if self.type == "choice" else self._in_range(value)
        if fits:
            return None
        between = ", " if self.type == "choice" else "–"
        shown = {"parameter": self.id, "value": str(value), "allowed": between.join(map(str, self.allowed))}
        return Refusal(self.clause, N_("%(parameter)s cannot be %(value)s (allowed: %(allowed)s)."), shown)

    def _in_range(self, value: Any) -> bool:
        low, high = self.allowed if len(self.allowed) == 2 else (0, -1)
        return type(value) is int and int(low) <= value <= int(high)


@dataclass(frozen=True)
class Level:
    """A level of the ladder with what its people do (2.2)."""

    id: str
    name: Text
    duties: Text


@dataclass(frozen=True)
class GradeSpec:
    """A grade; `threshold` is the score out of 100 that a promotion to it asks for."""

    id: str
    level: str
    step: int
    name: Text = field(metadata=INLINE)
    threshold: Decimal | None = None


@dataclass(frozen=True)
class ScaleStep:
    """A value of the rating scale, the percentage of the weight it earns, and its general label."""

    value: int
    percent: Decimal
    label: Text = field(metadata=INLINE)


@dataclass(frozen=True)
class Anchor:
    """What behaviour one rating value looks like for one criterion."""

    value: int
    text: Text = field(metadata=INLINE)


@dataclass(frozen=True)
class Minimum:
    """The smallest sample that counts, and of what."""

    count: int
    of: Text


@dataclass(frozen=True)
class CriterionSpec:
    """One criterion of the scorecard; `weight` in points of 100; `bands` are (value, percent of the weight).

    `per` is the multiple in which a rate is shown (100: percent); `prior` the imagined contacts at the mean of queue
    and period that temper a small sample; `peer_share` the percentage of a criterion rated by superior and peers that
    is the peers'.
    """

    id: str
    weight: Decimal
    source: str = field(metadata={"one_of": SOURCES})
    name: Text
    help: Text
    measure: str = field(default="value", metadata={"one_of": MEASURES})
    per: int = 1
    prior: int = 0
    direction: str = field(default="higher", metadata={"one_of": DIRECTIONS})
    unit: Text | None = None
    minimum: Minimum | None = None
    bands: tuple[tuple[Decimal, Decimal], ...] = ()
    anchors: tuple[Anchor, ...] = ()
    peer_share: int | None = None

    @property
    def rated(self) -> bool:
        """Whether people rate it from 1 to 5."""
        return self.source in RATED

    @property
    def parts(self) -> tuple[CriterionSpec, ...]:
        """Itself; or, rated by superior and peers, the superior's part and the peers' part with their shares."""
        if self.source != "superior_and_peers" or self.peer_share is None:
            return (self,)
        peers = self.weight * self.peer_share / 100
        return (self._part("superior", self.weight - peers), self._part("peers", peers))

    def _part(self, source: str, weight: Decimal) -> CriterionSpec:
        name = PART_NAMES[source].around(self.name)
        return replace(self, id=f"{self.id}.{source}", source=source, name=name, weight=weight, peer_share=None)


@dataclass(frozen=True)
class DimensionSpec:
    """One dimension; `weight` names the parameter that holds its points."""

    id: str
    clause: str
    weight: str
    name: Text
    criteria: tuple[CriterionSpec, ...]


@dataclass(frozen=True)
class ScorecardSpec:
    """The scorecard: one rating scale, and the dimensions with their criteria."""

    scale: tuple[ScaleStep, ...]
    dimensions: tuple[DimensionSpec, ...]

    @property
    def criteria(self) -> tuple[CriterionSpec, ...]:
        """All criteria, in order."""
        return tuple(criterion for dimension in self.dimensions for criterion in dimension.criteria)


@dataclass(frozen=True)
class Case:
    """A worked example: with these facts, the rule gives this."""

    clause: str
    rule: str
    says: Text
    given: Any
    expect: Any
