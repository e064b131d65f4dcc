"""Passwords: how they are kept, and which are refused because somebody would soon have guessed them.

What counts is how many guesses a password takes, not which kinds of characters it has; the words that anybody knows of
its owner (name, number, sign-in name, department, company) are among the first guesses.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

from werkzeug.security import generate_password_hash
from zxcvbn_rs_py import Warning as Weakness
from zxcvbn_rs_py import zxcvbn

from admin.domain.refusals import N_, Invalid

SHORTEST_PASSWORD, LONGEST_PASSWORD = 10, 200
ENOUGH = 8  # powers of ten of guesses: beyond what the limits of tries allow in years, and slow to try on a stolen hash
LOOKED_AT = 40  # characters; what follows makes a password no weaker, and a long one full of signs takes seconds

OWN = N_(
    "This password is easy to guess: it is made of your name, number, sign-in name, department or the company's name. "
    "Use several words that have nothing to do with you."
)
OTHERWISE = N_("This password is easy to guess. Make it longer, best with several words that do not belong together.")
HABITUAL = N_(
    "This password is easy to guess: many people use one like it. Use several words that do not belong together."
)
WEAK = {
    N_("This password is easy to guess: it repeats itself. Use several different words."): (
        Weakness.RepeatsLikeAaaAreEasyToGuess,
        Weakness.RepeatsLikeAbcAbcAreOnlySlightlyHarderToGuess,
    ),
    N_("This password is easy to guess: it is a sequence such as abcd or 6543. Use several different words."): (
        Weakness.SequencesLikeAbcAreEasyToGuess,
    ),
    N_("This password is easy to guess: its keys are next to each other. Use several different words."): (
        Weakness.StraightRowsOfKeysAreEasyToGuess,
        Weakness.ShortKeyboardPatternsAreEasyToGuess,
    ),
    N_("This password is easy to guess: it is mostly a date or a year. Use several different words."): (
        Weakness.RecentYearsAreEasyToGuess,
        Weakness.DatesAreOftenEasyToGuess,
    ),
    HABITUAL: (
        Weakness.ThisIsATop10Password,
        Weakness.ThisIsATop100Password,
        Weakness.ThisIsACommonPassword,
        Weakness.ThisIsSimilarToACommonlyUsedPassword,
    ),
}
# What many people who write Chinese begin with, and no list of an English-speaking library holds. Like one's own words they
# count for nothing, in whatever order they are put together.
HABITS = (
    "5201314", "1314520", "woaini", "aishini", "woaiwojia", "wojia", "woshishui", "woshi", "woai", "aini", "wode", "nide",
    "mima", "denglu", "kouling", "laopo", "laogong", "baobei", "baobao", "mama", "baba", "pengyou", "nihao", "ninhao",
    "zhongguo", "zhonghua", "taiwan", "taibei", "taipei", "beijing", "shanghai", "xianggang", "kefu", "zhongxin", "gongsi",
    "zhangsan", "lisi", "wangwu", "tamade", "caonima", "facai", "gongxi", "xinnian", "kuaile", "shengri", "520", "521",
    "1314", "168", "666", "888", "999",
)  # fmt: skip


def password_hash(password: str, method: str) -> str:
    """The hash to keep of a password; `method` as FAB_PASSWORD_HASH_METHOD names it."""
    return generate_password_hash(password, method=method)


def check_password(password: str, repeated: str, about: Collection[str]) -> None:
    """Raise `Invalid` for a password that is too short, too long, mistyped or too easy to guess.

    `about` are the words that belong to whoever will use it, as `admin.queries.accounts.own_words` finds them.
    """
    if len(password) < SHORTEST_PASSWORD:
        raise Invalid({"password": N_("A password needs at least %(least)s characters.")}, {"least": SHORTEST_PASSWORD})
    if len(password) > LONGEST_PASSWORD or "\0" in password:
        raise Invalid({"password": N_("This password is too common, or contains a name or number; choose another.")})
    if why := weakness(password, about):
        raise Invalid({"password": why})
    if password != repeated:
        raise Invalid({"repeated": N_("The two passwords differ.")})


def weakness(password: str, about: Collection[str]) -> str | None:
    """Why a password would soon be guessed, as a message id; None where it would not."""
    # Full-width letters are typed as easily as the others, and no list of passwords holds them.
    plain = unicodedata.normalize("NFKC", password)[:LOOKED_AT]
    # One's own words count for nothing: whoever guesses begins with them, in any order. What is left has to do alone.
    if zxcvbn(_without(plain, {*about, *HABITS}), [*about, *HABITS]).guesses_log10 >= ENOUGH:
        return None
    if zxcvbn(_without(plain, HABITS), list(HABITS)).guesses_log10 < ENOUGH <= zxcvbn(plain).guesses_log10:
        return HABITUAL
    estimate = zxcvbn(plain)
    if estimate.guesses_log10 >= ENOUGH:
        return OWN
    warning = estimate.feedback.warning if estimate.feedback else None
    return next((text for text, kinds in WEAK.items() if warning in kinds), OTHERWISE)


def _without(password: str, about: Collection[str]) -> str:
    words = "|".join(re.escape(word) for word in sorted(about, key=len, reverse=True))
    return re.sub(words, "", password, flags=re.IGNORECASE) if words else password
