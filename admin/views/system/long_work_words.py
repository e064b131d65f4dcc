"""An act on many rows in words: what it does to how many, how far it is, and what stands in its way."""

from __future__ import annotations

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from admin.domain.refusals import N_, Refusal
from admin.models import Confirmation, Cycle, Import, LongWork, LongWorkRefusal, Meeting, Notice
from admin.operations import acts
from admin.queries.system.long_work import WRITING, About, LastWork, Shown
from admin.views.cycles.cycle_words import title_of as cycle_title
from admin.web.texts import action_label, moment, refusal_text, translated


def title_of(shown: Shown) -> str:
    """What is done, to what."""
    what = action_label(shown.work.action)
    about = about_of(shown.about)
    return _("%(act)s: %(about)s", act=what, about=about) if about else what


def about_of(record: About | None) -> str:
    """What the act is on."""
    if isinstance(record, Cycle):
        return cycle_title(record)
    if isinstance(record, Import):
        return record.filename
    if isinstance(record, Confirmation):
        return _("Proposal %(number)s", number=record.id)
    return record.number if record is not None else ""


def about_url(record: About | None) -> str | None:
    """Where that is."""
    match record:
        case Cycle():
            return url_for("CycleView.show", cycle_id=record.id)
        case Meeting():
            return url_for("MeetingRoomView.index", meeting_id=record.id)
        case Notice():
            return url_for("NoticeView.show", pk=record.id)
        case Import():
            return url_for("ImportView.show", key=record.id)
        case Confirmation():
            return url_for("ConfirmationView.show", key=record.id)
    return None


def consequence(work: LongWork) -> str:
    """What it does to how many."""
    many = acts.act_of(work.process, work.action).many
    if many is None or not work.total:
        return _("Their number is not shown to anyone: it would reveal who has done their part (6.3-d).")
    return translated(many.told) % {"count": number(work.total)}


def number(value: int) -> str:
    """A count as it is read."""
    return f"{value:,}"


def one_piece(work: LongWork) -> bool:
    """Whether it is done whole or not at all, so that its rows say nothing of how far it is."""
    many = acts.act_of(work.process, work.action).many
    return many is not None and many.too_long is not None


STAGES = {
    "read": N_("The file is being read."),
    "check": N_("Its %(count)s rows are being checked."),
    "compare": N_("Its %(count)s rows are being compared with the data in the portal."),
    WRITING: N_("The result is being written, whole or not at all; it can no longer be stopped."),
}


def far(shown: Shown) -> tuple[int, int, str]:
    """How far it is, of how much, and the same in short."""
    work = shown.work
    if not one_piece(work):
        return work.looked_at, work.total, f"{number(work.looked_at)} / {number(work.total)}"
    steps = list(STAGES)
    stage = work.kept.get("stage")
    place = steps.index(stage) if stage in steps and shown.running else len(steps) if not shown.running else 0
    return place, len(steps), _("Step %(step)s of %(steps)s", step=min(place + 1, len(steps)), steps=len(steps))


def unwell(last: LastWork) -> str:
    """Why the latest work on a record brought nothing, where it did not."""
    if last.refusal is not None:
        return refused(last.refusal)
    return why(last.shown)


def state(shown: Shown) -> tuple[str, str]:
    """How it stands, and the tone of that."""
    work = shown.work
    if work.stopped is not None:
        return _("Ended before its last row"), "bad"
    if work.stopped_by_id is not None:
        return _("Stopped"), "warn"
    if work.kept.get("proposed"):
        return _("Waits for a second person"), "warn"
    if not shown.running and one_piece(work) and work.refused:
        return _("Refused, nothing was changed"), "bad"
    if not shown.running:
        return (_("Done, some refused"), "warn") if work.refused else (_("Done"), "good")
    if shown.failing:
        return _("Waits for another try"), "bad"
    return (_("Being carried out"), "") if work.cursor or work.kept.get("stage") else (_("Waits for its turn"), "plain")


def why(shown: Shown) -> str:
    """What stands in its way, or why it ended before its last row; empty where nothing does."""
    work = shown.work
    if work.stopped is not None:
        return refusal_text(Refusal(work.stopped["clause"], work.stopped["reason"], work.stopped["facts"]))
    if work.stopped_by_id is not None:
        return _("%(name)s stopped it; what was done stays done.", name=shown.stopped_by)
    if shown.failing:
        fault = work.job.fault or ""
        if "[Errno 28]" in fault or "disk is full" in fault:
            return _(
                "The server's disk is full. Ask the server administrator to free space; the rest follows automatically."
            )
        return _(
            "The last try failed (%(fault)s). What is done stays done; the rest is tried again automatically.",
            fault=fault,
        )
    return ""


def told(shown: Shown) -> str:
    """How far it is in a sentence, for those who do not see the picture."""
    work = shown.work
    if not work.total:
        return ""
    if one_piece(work):
        if not shown.running:
            return ""
        return translated(STAGES.get(work.kept.get("stage", ""), "")) % {"count": number(work.kept.get("of", 0))}
    text = _("%(done)s of %(total)s done", done=number(work.done), total=number(work.total))
    if work.refused:
        count = ngettext("%(num)s refused", "%(num)s refused", work.refused)
        text = _("%(text)s, %(more)s", text=text, more=count)
    return text


def facts(shown: Shown) -> list[tuple[str, str]]:
    """Who asked, when, and what `told` does not say."""
    work = shown.work
    by = (work.recorded_by.first_name or work.recorded_by.username) if work.recorded_by else _("The system")
    found = [(_("Started by"), by), (_("Started at"), moment(work.asked_at))]
    if work.ended_at is None:
        found.append((_("Last sign of progress"), moment(work.moved_at)))
        return found
    # Between the click and a row's turn somebody else may have dealt with it, or the person may have gone.
    left = number(work.no_longer_due)
    if work.no_longer_due and work.stopped is None and work.stopped_by_id is None:
        found.append((_("No longer due when their turn came"), left))
    elif work.no_longer_due:
        found.append((_("Not carried out"), left))
    return [*found, (_("Ended at"), moment(work.ended_at))]


def refused(row: LongWorkRefusal) -> str:
    """Why a row was refused."""
    return refusal_text(Refusal(row.clause, row.reason, row.facts))
