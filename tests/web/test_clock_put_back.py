"""The clock goes back by an hour under a portal that runs: nobody is signed out, nothing is stuck, no date goes back with it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from itsdangerous import TimestampSigner, URLSafeTimedSerializer
from sqlalchemy import select

import config
from admin.access.actor import system_actor
from admin.files import heads
from admin.models import Throttle
from admin.operations.accounts.throttle import SECRET, SOURCE, Counter, Delay, Locked, Window, take
from admin.operations.system.audit import seal
from admin.operations.system.witness import publish_head, rotate_key
from admin.web.signed import PUT_BACK
from tests import factories as make
from tests.factories import NOW
from tests.operations.journey import rows

SYSTEM = system_actor()
HOUR = timedelta(hours=1)
TYPED = {"code": "X", "name": "Written with care", "stands_on": "/departments/add"}
HELD = {**TYPED, "unsent_place": "/departments/add", "unsent_window": "one"}

Ahead = Callable[[timedelta], None]


@pytest.fixture
def ahead(monkeypatch: pytest.MonkeyPatch) -> Ahead:
    """Lets what is signed from here on be signed by a clock that is so much ahead of the time, or behind it."""
    real = TimestampSigner.get_timestamp

    def run(by: timedelta) -> None:
        monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda self: real(self) + int(by.total_seconds()))

    return run


def test_who_signed_in_by_the_later_clock_stays_signed_in_and_their_form_is_kept(signed_in: Any, ahead: Ahead) -> None:
    ahead(HOUR)
    client = signed_in("hr")
    page = client.get("/departments/add").text
    mark = page.partition('name="written_by" value="')[2].partition('"')[0]
    ahead(timedelta())
    assert mark and client.get("/departments/list/").status_code == 200
    assert client.post("/unsent/", data=HELD | {"written_by": mark}).status_code == 200
    assert "Written with care" in client.get("/departments/add?kept=1").text


def test_a_form_of_the_later_clock_is_kept_for_its_writer_after_their_session(
    app: Any, signed_in: Any, ahead: Ahead
) -> None:
    ahead(HOUR)
    mark = signed_in("hr").get("/departments/add").text.partition('name="written_by" value="')[2].partition('"')[0]
    ahead(timedelta())
    answer = app.test_client().post("/departments/add", data=TYPED | {"written_by": mark})
    assert answer.status_code == 401 and "kept" in answer.text
    assert "Written with care" in signed_in("hr").get("/departments/add?kept=1").text


@pytest.mark.parametrize(("by", "in_force"), [(PUT_BACK, True), (PUT_BACK + HOUR, False), (-11 * HOUR, False)])
def test_a_session_from_days_to_come_or_of_yesterday_is_none(
    signed_in: Any, ahead: Ahead, by: timedelta, in_force: bool
) -> None:
    ahead(by)
    client = signed_in("hr")
    ahead(timedelta())
    assert (client.get("/departments/list/").status_code == 200) is in_force


def test_sessions_of_before_are_read_as_they_were_signed(app: Any) -> None:
    ours = app.session_interface.get_signing_serializer(app)
    plain = URLSafeTimedSerializer(
        app.secret_key, salt="cookie-session", serializer=ours.serializer, signer_kwargs=ours.signer_kwargs
    )
    assert ours.loads(plain.dumps({"epoch": 1}), max_age=60) == {"epoch": 1} == plain.loads(ours.dumps({"epoch": 1}))


@pytest.mark.parametrize("limit", [SOURCE, SECRET])
def test_a_limit_reached_by_the_later_clock_is_over_as_soon_as_any(session: Any, limit: Window | Delay) -> None:
    counter = Counter("test", "somebody", limit)
    for _time in range(limit.free):
        take([counter], NOW + 24 * HOUR)
    with pytest.raises(Locked) as told:
        take([counter], NOW)
    waits = limit.length if isinstance(limit, Window) else limit.after(limit.free)
    assert told.value.until == NOW + waits
    with pytest.raises(Locked) as again:
        take([counter], NOW + waits / 2)
    assert again.value.until == told.value.until, "the end does not move along"
    take([counter], NOW + waits)
    assert [row.window_ends_at <= limit.latest(NOW + waits) for row in rows(select(Throttle))] == [True]


def test_the_dates_of_published_heads_never_go_back(
    app: Any, session: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    monkeypatch.setattr(config, "_in_use", config.replace(config.current(), var_dir=tmp_path))
    for name, now in (("one", NOW), ("two", NOW + HOUR), ("three", NOW), ("four", NOW + HOUR / 2)):
        make.department(name)
        seal(actor=SYSTEM, now=now)
        publish_head(actor=SYSTEM, now=now)
    rotate_key("yearly", lost=False, actor=SYSTEM, now=NOW)
    dates = [json.loads(line)["at"] for line in heads.read(tmp_path)]
    assert len(dates) == 6 and dates == sorted(dates)
