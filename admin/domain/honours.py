"""Who may be honoured, and who is a candidate for a management post, with the reasons (5.2.2, 5.2.3)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from admin.domain.codes import ManagementPost, PerformanceRating
from admin.domain.refusals import N_, Refusal

HONOURS, CANDIDATES = "5.2.3", "5.2.2"


def higher_levels(levels: Sequence[str]) -> tuple[str, ...]:
    """The levels that count as higher: the upper half of the ladder, of the shipped one senior and expert (5.2.2)."""
    return tuple(levels[len(levels) // 2 :])


def why_not_honoured(level: str | None, levels: Sequence[str], in_service: bool) -> Refusal | None:
    """Why somebody cannot be nominated for an honour: only holders of higher grades are, in service."""
    if not in_service:
        return Refusal(HONOURS, N_("Only employees in service are nominated."))
    if level not in higher_levels(levels):
        return Refusal(HONOURS, N_("Honours are for holders of higher grades: the upper levels of the ladder."))
    return None


def why_not_awarded(awarded: int, most: int) -> Refusal | None:
    """Why no further honour is awarded in a year."""
    if awarded >= most:
        reason = N_("%(awarded)s honours are awarded this year already, and %(most)s is the most.")
        return Refusal(HONOURS, reason, {"awarded": awarded, "most": most})
    return None


@dataclass(frozen=True)
class CandidateFacts:
    """What is on file about somebody on a day: the level held and since when, the last ratings by year, service."""

    today: date
    level: str | None
    since: date | None
    in_service: bool
    manages: bool
    ratings: Mapping[int, str] = field(default_factory=dict)
    certificates: int = 0


@dataclass(frozen=True)
class Candidacy:
    """For which posts somebody is a candidate, since when, and why: message ids with their facts."""

    posts: tuple[ManagementPost, ...]
    since: date
    reasons: tuple[tuple[str, Mapping[str, Any]], ...]


def candidacy_of(facts: CandidateFacts, levels: Sequence[str]) -> Candidacy | None:
    """Whether somebody is a candidate for a management post on a day.

    Whoever holds a grade of the upper levels, serves and does not manage yet; for a manager's post one of the highest
    level. Years rated unsatisfactory as the last one stand against it; further reasons speak for it.
    """
    upper = higher_levels(levels)
    if facts.level not in upper or facts.since is None or facts.manages or not facts.in_service:
        return None
    last = max(facts.ratings, default=None)
    if last is not None and facts.ratings[last] == PerformanceRating.UNQUALIFIED:
        return None
    posts = [ManagementPost.SUPERVISOR]
    if facts.level == levels[-1]:
        posts.append(ManagementPost.MANAGER)
    reasons: list[tuple[str, Mapping[str, Any]]] = [(N_("Holds a grade of an upper level"), {})]
    excellent = [year for year in sorted(facts.ratings) if facts.ratings[year] == PerformanceRating.EXCELLENT]
    if excellent:
        years = ", ".join(map(str, excellent))
        reasons.append((N_("Rated excellent in %(years)s"), {"years": years}))
    if facts.certificates:
        reasons.append((N_("Approved certificates: %(count)s"), {"count": facts.certificates}))
    return Candidacy(tuple(posts), facts.since, tuple(reasons))


def why_not_nominated(found: Candidacy | None, post: str, open_posts: Collection[str]) -> Refusal | None:
    """Why somebody cannot be nominated for a post."""
    if found is None or post not in found.posts:
        reason = N_(
            "By grade this employee is no candidate for this post: supervisors come from the upper levels, managers from "
            "the highest."
        )
        return Refusal(CANDIDATES, reason)
    if post in open_posts:
        return Refusal(CANDIDATES, N_("A nomination of this employee for this post waits already."))
    return None
