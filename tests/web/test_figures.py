"""Figures for whoever watches the portal, at an address that strangers do not find; the administrator's first page."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from admin.files import backup
from admin.web import figures as counting

TOKEN = "a-long-token-for-prometheus"


@pytest.fixture
def with_token(app, monkeypatch):
    monkeypatch.setitem(app.config, "PORTAL", replace(app.config["PORTAL"], metrics_token=TOKEN))


def figures(text: str) -> dict[str, float]:
    return {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in text.splitlines() if line[:1] != "#"}


def test_this_machine_is_told_how_the_parts_are_and_how_long_requests_take(client):
    client.get("/login/")
    answer = client.get("/metrics")
    told = figures(answer.text)
    assert answer.status_code == 200 and answer.mimetype == "text/plain"
    assert told['grades_part_well{part="database"}'] == 1.0 and told['grades_part_well{part="migrations"}'] == 1.0
    assert told['grades_request_seconds_count{answer="2xx"}'] >= 1
    assert "Cache-Control" in answer.headers and "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("address", ["10.0.0.9", "::2", "", "127.0.0.1.evil.example", "127.0.0.1, 10.0.0.9"])
def test_another_machine_finds_nothing_there(client, address):
    assert client.get("/metrics", environ_overrides={"REMOTE_ADDR": address}).status_code == 404


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (f"Bearer {TOKEN}", 200),
        ("Bearer ", 404),
        ("", 404),
        (f"Bearer {TOKEN}x", 404),
        ("Bearer \u00e9", 404),
        (f"Basic {TOKEN}", 404),
    ],
)
def test_where_a_token_is_set_only_the_token_opens_it_from_anywhere(client, with_token, said, code):
    for address in ("127.0.0.1", "10.0.0.9"):
        answer = client.get("/metrics", headers={"Authorization": said}, environ_overrides={"REMOTE_ADDR": address})
        assert answer.status_code == code


def test_no_figure_names_anybody_or_an_address_and_complaints_are_counted_nowhere(signed_in, client):
    signed_in("hr").get("/employees/list/?name=emp1")
    told = client.get("/metrics").text
    assert not any(word in told for word in ("emp1", "/employees", "hr", "complaint", "report", "127.0.0.1"))


def test_a_machine_whose_database_is_gone_still_has_figures(settings, tmp_path: Path):
    from admin.app import create_app

    app = create_app(replace(settings, database_url=f"sqlite:///{tmp_path / 'none.sqlite3'}"))
    assert 'grades_part_well{part="migrations"} 0.0' in app.test_client().get("/metrics").text


def test_the_administrators_first_page_says_how_the_system_is_and_nobody_elses(app, signed_in, tmp_path, monkeypatch):
    page = signed_in("admin").get("/", headers={"Accept-Language": "en"}).text
    said = [
        words for words in ("State of the system", "There is none yet", "In order", "Audit trail") if words not in page
    ]
    assert said == []
    monkeypatch.setitem(app.config, "PORTAL", replace(app.config["PORTAL"], var_dir=tmp_path))
    (tmp_path / backup.LAST).write_text('{"made_at": "2026-11-22T02:30:00+08:00", "keys": false}')
    backed_up = signed_in("admin").get("/", headers={"Accept-Language": "en"}).text
    assert backed_up.count("There is none yet") == page.count("There is none yet") - 1
    assert "State of the system" not in signed_in("hr").get("/", headers={"Accept-Language": "en"}).text


def test_two_machines_that_share_a_folder_empty_not_each_others_counts(tmp_path, monkeypatch):
    monkeypatch.setattr(counting, "_folder", None)
    kept = []
    for machine in ("one", "two"):
        monkeypatch.setattr(counting.socket, "gethostname", lambda machine=machine: machine)
        folder = counting.count_together(tmp_path)
        (folder / "histogram_7.db").write_bytes(b"counts")
        kept.append(folder / "histogram_7.db")
    assert all(each.is_file() for each in kept)
    assert not list(counting.count_together(tmp_path).iterdir())  # one's own begin empty
