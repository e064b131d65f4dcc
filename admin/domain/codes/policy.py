"""Codes of policy versions and scorecards (2.1, 3.2, 6.1)."""

from __future__ import annotations

from admin.domain.codes.code import Code
from admin.domain.refusals import N_


class VersionStage(Code):
    """What people have done with a policy version; whether it is in force, its effective date says (6.1-c)."""

    DRAFT = "draft", N_("Draft")
    SUBMITTED = "submitted", N_("Submitted")
    PROMULGATED = "promulgated", N_("Promulgated")
    WITHDRAWN = "withdrawn", N_("Withdrawn")


class VersionStanding(Code):
    """What a promulgated version is on a day, by the effective dates alone (6.1-c)."""

    COMING = "coming", N_("Coming")
    IN_FORCE = "in_force", N_("In force")
    SUPERSEDED = "superseded", N_("Superseded")


class Dimension(Code):
    """The four dimensions of the assessment (3.2.1-3.2.4)."""

    PERFORMANCE = "performance", N_("Performance")
    ABILITY = "ability", N_("Ability")
    ATTITUDE = "attitude", N_("Attitude")
    SENIORITY = "seniority", N_("Seniority")


class Source(Code):
    """Where a criterion's figures come from; self-assessments are evidence and no source (3.2-a)."""

    METRIC = "metric", N_("System figures")
    SUPERIOR = "superior", N_("Superior's rating")
    PEERS = "peers", N_("Colleagues' ratings, averaged")
    EXAM = "exam", N_("Training exams")
    PROJECT = "project", N_("Project records")
    IMPORTED = "imported", N_("Imported performance score")
    COMPUTED = "computed", N_("Computed from the file")


class Measure(Code):
    """What a criterion's readings are: hits of a sample, a mean of a sample, an amount per day worked, a value."""

    RATE = "rate", N_("Share of a sample")
    MEAN = "mean", N_("Average of a sample")
    PER_DAY = "per_day", N_("Number per day worked")
    VALUE = "value", N_("The value as it is")


class Direction(Code):
    """Which way a value is better."""

    HIGHER = "higher", N_("the value is higher")
    LOWER = "lower", N_("the value is lower")


class Level(Code):
    """The four levels of the shipped ladder; another version may have more, whose names stand in it (2.1, 6.1-c)."""

    JUNIOR = "junior", N_("Junior")
    INTERMEDIATE = "intermediate", N_("Intermediate")
    SENIOR = "senior", N_("Senior")
    EXPERT = "expert", N_("Expert")
