"""Monthly figures by name, which of them a measured criterion is made of, and what they cannot be (3.2.1).

A rate or mean is a numerator over a sample; an amount per day worked has the days as its sample. What cannot be true
is refused at every door that a figure comes in by: files, the form that corrects one, and the API.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from admin.domain.refusals import N_

COUNTS: dict[str, str] = {
    "offered": N_("Contacts offered"),
    "answered": N_("Contacts answered"),
    "resolved": N_("Contacts resolved"),
    "csat_sum": N_("Sum of satisfaction answers"),
    "csat_n": N_("Satisfaction answers"),
    "csat_top2": N_("Satisfaction answers of 4 or 5"),
    "wait_seconds_sum": N_("Seconds waited"),
    "wait_n": N_("Contacts with a wait"),
    "talk_seconds_sum": N_("Seconds talked"),
    "talk_n": N_("Contacts with a talk time"),
    "complaints": N_("Justified customer complaints"),
    "days_worked": N_("Days worked"),
    "performance_score": N_("Performance score of the company's system"),
}


@dataclass(frozen=True)
class Rate:
    """An average or a share as files have it, and the counts that it is made of; `share`: a part of the sample, 0 to 1."""

    label: str
    amount: str
    sample: str
    share: bool = False


RATES: dict[str, Rate] = {
    "csat_mean": Rate(N_("Average satisfaction"), "csat_sum", "csat_n"),
    "csat_top_rate": Rate(N_("Share of satisfaction answers of 4 or 5"), "csat_top2", "csat_n", share=True),
    "resolution_rate": Rate(N_("Resolution rate"), "resolved", "answered", share=True),
    "answer_rate": Rate(N_("Share of contacts answered"), "answered", "offered", share=True),
    "wait_mean": Rate(N_("Average wait"), "wait_seconds_sum", "wait_n"),
    "talk_mean": Rate(N_("Average talk time"), "talk_seconds_sum", "talk_n"),
}


@dataclass(frozen=True)
class Ingredients:
    """What a measured criterion is made of: the counted figure and its sample."""

    amount: str
    sample: str


CRITERIA: dict[str, Ingredients] = {
    "satisfaction": Ingredients("csat_sum", "csat_n"),
    "resolution": Ingredients("resolved", "answered"),
    "volume": Ingredients("answered", "days_worked"),
    "complaints": Ingredients("complaints", "answered"),
    "performance_score": Ingredients("performance_score", "performance_score"),
}


LARGEST, MOST_SECONDS = Decimal(1_000_000), Decimal(10_000_000)  # more than one person's month can hold
HIGHEST_SCORE = Decimal(
    200
)  # companies score to 100, with extra points to 120 or 150; 8,500 is 85.00 without its point
LOWEST_ANSWER, HIGHEST_ANSWER = 1, 5  # a customer's satisfaction (3.2.1)
DAY = 86_400  # seconds
LEAST_MEAN = {
    "wait_seconds_sum": Decimal("0.01"),
    "talk_seconds_sum": Decimal(1),
}  # seconds; less is a fraction of a day
SECONDS = {"wait_seconds_sum": "wait_n", "talk_seconds_sum": "talk_n"}
IN_HALVES = frozenset({"days_worked"})
IN_PARTS = frozenset({*SECONDS, "performance_score"})


@dataclass(frozen=True)
class Impossible:
    """Why figures cannot be true: which one is said to be wrong, all that take part, a message id and its facts."""

    code: str
    codes: frozenset[str]
    message: str
    facts: Mapping[str, str]


_AT_MOST: tuple[tuple[str, tuple[str, ...], str], ...] = (
    # What is counted, what holds it (the first of these that is known), in words.
    ("answered", ("offered",), N_("More contacts answered (%(value)s) than offered (%(limit)s)")),
    ("resolved", ("answered", "offered"), N_("More contacts resolved (%(value)s) than there were (%(limit)s)")),
    ("csat_n", ("answered", "offered"), N_("More satisfaction answers (%(value)s) than contacts (%(limit)s)")),
    ("csat_top2", ("csat_n",), N_("More answers of 4 or 5 (%(value)s) than satisfaction answers (%(limit)s)")),
    (
        "wait_n",
        ("answered", "offered"),
        N_(
            "More contacts with a wait (%(value)s) than were answered (%(limit)s); waits of abandoned contacts do not count in"
            " the speed of answer"
        ),
    ),
    ("talk_n", ("answered", "offered"), N_("More contacts with a talk time (%(value)s) than there were (%(limit)s)")),
)


def why_impossible(code: str, value: Decimal, month: date) -> Impossible | None:
    """Why one figure of a month cannot be, whatever stands beside it; `code` is one of `COUNTS`."""

    def no(message: str, **facts: object) -> Impossible:
        return _impossible(code, {code}, message, **facts)

    if not value.is_finite() or value < 0:
        return no(N_("A figure cannot be less than 0"))
    if value > (MOST_SECONDS if code in SECONDS else LARGEST):
        return no(N_("The number is too large to be meant"))
    if code == "performance_score":
        return _score(value, no)
    if code in IN_HALVES and value * 2 != int(value * 2):
        return no(N_("Days are counted in whole or half days"))
    if code not in IN_HALVES | IN_PARTS and value != int(value):
        return no(N_("A count is a whole number, 0 or more"))
    if code == "days_worked" and value > monthrange(month.year, month.month)[1]:
        days = monthrange(month.year, month.month)[1]
        return no(N_("The month has only %(days)s days"), days=days)
    return None


def _score(value: Decimal, no: Callable[..., Impossible]) -> Impossible | None:
    if value > HIGHEST_SCORE:
        return no(N_("A performance score is at most %(highest)s"), highest=HIGHEST_SCORE)
    if 0 < value <= 1:
        return no(
            N_("%(value)s may be meant as %(percent)s: write the score as 85, not as 0.85"),
            value=plain_number(value),
            percent=plain_number(value * 100),
        )
    return None


def contradictions(figures: Mapping[str, Decimal]) -> list[Impossible]:
    """What of one person's figures of a month and queue cannot be true together; each figure alone may be."""
    found = [
        _more(code, next((each for each in holders if each in figures), None), message, figures)
        for code, holders, message in _AT_MOST
        if code in figures
    ]
    found += [_answers(figures), *(_seconds(amount, sample, figures) for amount, sample in SECONDS.items())]
    return [each for each in found if each is not None]


def _more(code: str, holder: str | None, message: str, figures: Mapping[str, Decimal]) -> Impossible | None:
    if holder is None or figures[code] <= figures[holder]:
        return None
    return _impossible(
        code, {code, holder}, message, value=plain_number(figures[code]), limit=plain_number(figures[holder])
    )


def _answers(figures: Mapping[str, Decimal]) -> Impossible | None:
    """The sum of the answers beside how many there were, and how many of them were 4 or 5."""
    if not {"csat_sum", "csat_n"} <= figures.keys():
        return None
    total, count, top = figures["csat_sum"], figures["csat_n"], figures.get("csat_top2")
    if not count * LOWEST_ANSWER <= total <= count * HIGHEST_ANSWER:
        message = N_("The sum of satisfaction answers (%(value)s) does not fit %(count)s answers of 1 to 5")
        return _impossible(
            "csat_sum", {"csat_sum", "csat_n"}, message, value=plain_number(total), count=plain_number(count)
        )
    if top is None or top > count or 4 * top + (count - top) <= total <= 5 * top + 3 * (count - top):
        return None
    message = N_("The sum of satisfaction answers (%(value)s) does not fit %(count)s answers, %(top)s of them 4 or 5")
    facts = {"value": plain_number(total), "count": plain_number(count), "top": plain_number(top)}
    return _impossible("csat_sum", {"csat_sum", "csat_n", "csat_top2"}, message, **facts)


def _seconds(amount: str, sample: str, figures: Mapping[str, Decimal]) -> Impossible | None:
    if amount not in figures or sample not in figures or not figures[amount]:
        return None
    total, count = figures[amount], figures[sample]
    facts = {"value": plain_number(total), "count": plain_number(count)}
    if total >= count * DAY:
        message = N_("%(value)s seconds do not fit %(count)s contacts: none lasts a day")
    elif total < count * LEAST_MEAN[amount]:
        message = N_("%(value)s seconds for %(count)s contacts: this is a part of a day, not a number of seconds")
    else:
        return None
    return _impossible(amount, {amount, sample}, message, **facts)


def _impossible(code: str, codes: set[str], message: str, **facts: object) -> Impossible:
    return Impossible(code, frozenset(codes), message, {name: str(value) for name, value in facts.items()})


def plain_number(value: Decimal) -> str:
    """A figure as people write it: without an exponent, and without noughts behind the point."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
