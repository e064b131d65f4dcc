"""The first day of a new HR administrator with files as people have them, by a clock at human pace: the cycle is open (3, 6.1).

A click takes a second and a half, a field three, a row of a table half a second (thirty rows of a longer one), and what is
read for the first time is read at 400 Han characters or 250 words a minute. Management's visit is counted apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import func, select

from admin.models import CommitteeMember, Cycle, GradeInterval, Review
from config import ROOT
from tests.journeys.clerk import Clerk
from tests.journeys.conftest import LivePortal, portal_in, running

pytestmark = [pytest.mark.journey, pytest.mark.slow]
FILES = ROOT.parent / "shared/cases/first-day"
ROSTER, GRADES, RATINGS, FIGURES = "名冊.xlsx", "現職職級.xlsx", "考績_長表.xlsx", "績效_每月長表.xlsx"
WORDS = {"優": "excellent", "甲": "excellent", "乙": "good", "丙": "qualified", "丁": "unqualified"}
PASSWORD = "first-day-Password-1"
HR, MANAGEMENT, SECRETARY, OFFICER = "00003", "00004", "00038", "00039"
MINUTES, MOST_CLICKS, MOST_FIELDS = 15, 42, 15


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LivePortal]:
    """A portal in which the machine has named the first of HR and of management, and nothing else is."""
    if not (FILES / ROSTER).exists():
        pytest.skip(f"the files of the first day are not in {FILES}")
    from admin.access.actor import system_actor
    from admin.cli.setup import setup
    from admin.models.accounts import User
    from admin.operations.accounts.accounts import set_password
    from admin.operations.accounts.founding import First, found

    live = portal_in(tmp_path_factory.mktemp("first-day"), "2026-12-01T09:00:00+08:00")
    with live.inside() as session:
        assert live.app is not None
        setup(live.app)
        first = [First("hr", HR, "何宜蓁"), First("management", MANAGEMENT, "鄭子涵")]
        found(first, department="人力資源處", actor=system_actor("cli"), now=live.now)
        for user in session.scalars(select(User)).all():
            set_password(user.id, PASSWORD, method="pbkdf2:sha256:1", now=live.now)
    with running(live):
        yield live


def test_a_new_hr_administrator_opens_the_first_cycle_within_a_quarter_of_an_hour(
    browser: Any, empty: LivePortal, capsys: pytest.CaptureFixture[str]
) -> None:
    hr, management = (Clerk(browser, empty, name, PASSWORD) for name in (HR, MANAGEMENT))
    hr.signs_in().step("signing in")
    files_are_dropped_and_applied(hr, empty)
    hr.goes("下一步").clicks_on("確認部門、主管與職務").step("departments, heads and posts")
    hr.names("f-employee-8", SECRETARY).clicks_on("提議這些席次").step("committee and panel")
    hr.clicks_on("確認行事曆").clicks_on("照現狀確認").step("calendar and values")
    an_officer_is_proposed(hr)
    hr.follows_home().goes("第一個評定週期").clicks_on("建立並預覽").clicks_on("為勾選者委派").step(
        "plan, other reviewers"
    )
    management_confirms(management)
    hr.follows_home().goes("前往辦理").prints("列印").step("codes")
    hr.follows_home().goes("第一個評定週期").clicks_on("開啟週期").step("opening")
    tell(capsys, hr, management)
    the_cycle_is_open(empty)
    assert hr.seconds <= MINUTES * 60 and hr.clicks <= MOST_CLICKS and hr.fields <= MOST_FIELDS


def files_are_dropped_and_applied(hr: Clerk, empty: LivePortal) -> None:
    """All at once; what a file's columns and words mean is said where the portal does not know it."""
    hr.goes("前往辦理").chooses_files([FILES / name for name in (ROSTER, GRADES, RATINGS, FIGURES)])
    hr.clicks_on("加入這些檔案").reads("依序處理的檔案")
    hr.arrives()
    for columns in ({}, {"column-since": "核定日"}, {"column-rating": "考績等第"}, {}):
        meanings_are_said(hr, columns, empty)
        hr.clicks_on("套用匯入")
        the_worker_comes_round(hr, empty)
    hr.step("four files")


def the_worker_comes_round(hr: Clerk, empty: LivePortal) -> None:
    """What takes long is left to it; the page says how far it is, and whoever waits clicks nothing."""
    empty.tick()
    hr.opens("/setup/files")


def meanings_are_said(hr: Clerk, columns: dict[str, str], empty: LivePortal) -> None:
    """Until the file whose turn it is may be applied."""
    for _time in range(3):
        if hr.sees("button", "套用匯入"):
            return
        if not columns and hr.sees("button", "檢查檔案"):
            hr.clicks_on("檢查檔案")
        else:
            columns_are_said(hr, columns)
        the_worker_comes_round(hr, empty)
    raise AssertionError(hr.main())


def columns_are_said(hr: Clerk, columns: dict[str, str]) -> None:
    hr.goes("指定欄位" if hr.sees("link", "指定欄位") else "查看錯誤")
    if hr.sees("link", "修改欄位對應"):
        hr.goes("修改欄位對應")
    for name, header in columns.items():
        hr.picks_where_empty(name, header)
    for word, meaning in WORDS.items():
        hr.picks_labelled(word, meaning)
    hr.clicks_on("檢查檔案")
    hr.clicks += 1  # back to the set-up, by its link


def an_officer_is_proposed(hr: Clerk) -> None:
    hr.goes("提議給予").types(account=OFFICER, reason="受理投訴舉報").picks("role", "complaint_officer").clicks_on(
        "提出"
    )
    hr.step("complaint officer")


def management_confirms(management: Clerk) -> None:
    """One visit: present grades, seats, the officer, other reviewers."""
    management.signs_in()
    management.goes("待承接的職級", within="nav").clicks_on("核准這些職級")
    for _each in range(3):
        management.goes("第二人確認事項", within="nav").goes_in_first_row().clicks_on("確認")
    management.step("one visit")


def the_cycle_is_open(empty: LivePortal) -> None:
    empty.tick()  # the worker opens the cases
    with empty.inside() as session:
        cycle = session.scalars(select(Cycle)).one()
        counts = [
            session.scalar(select(func.count()).select_from(each)) for each in (Review, CommitteeMember, GradeInterval)
        ]
    assert cycle.stage == "open" and counts == [294, 9, 287]


def tell(capsys: pytest.CaptureFixture[str], *people: Clerk) -> None:
    with capsys.disabled():
        for who in people:
            print(
                f"\n{who.username}: {who.seconds / 60:.1f} minutes at human pace: {who.clicks} clicks, {who.fields} fields, "
                f"{who.rows} rows, {who.han} Han characters and {who.words} words read"
            )
            for name, seconds in who.steps:
                print(f"  {seconds:5.0f} s  {name}")
