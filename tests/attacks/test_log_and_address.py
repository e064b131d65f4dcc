"""Whoever writes into a request what should not stand in a log or in an address: lines, names, addresses, another host."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from admin.cli.logs import LogLine, harmless
from tests.conftest import close_connections
from tests.plain_server import plain_server

PLANTED = "王小明"
NASTY = {
    "a line": "x\nERROR forged by somebody",
    "a return": "x\rERROR forged",
    "a colour": "\x1b[2K\x1b[31mforged",
    "a NUL": "x\0forged",
    "a line of Unicode": "x\u2028ERROR forged\u2029\x85forged",
    "another direction": "x\u202egorf",
    "half a character": "x\ud800y",
    "much": "y" * 1_000_000,
}
ADDRESSES = ("10.9.8.7", "192.168.0.14", "2001:db8::17", "fe80::1", "wang@example.com", "db://user:word@host/name")
FOREIGN = "evil.example"


@contextmanager
def said(*, as_json: bool) -> Iterator[list[str]]:
    """What the log says meanwhile, as it is written by `start`."""
    lines: list[str] = []
    handler = logging.Handler()
    handler.setFormatter(LogLine(as_json=as_json))
    handler.emit = lambda record: lines.append(handler.format(record))  # type: ignore[method-assign]
    root = logging.getLogger()
    # In the place of the others: half a character in what they keep cannot be sent from one test process to another.
    before, root.handlers = root.handlers, [handler]
    try:
        yield lines
    finally:
        root.handlers = before


@pytest.mark.sqlite_enough
@pytest.mark.parametrize("as_json", [True, False])
@pytest.mark.parametrize("kind", NASTY)
def test_whatever_is_quoted_a_message_is_one_line_that_steers_nothing(kind: str, as_json: bool) -> None:
    with said(as_json=as_json) as lines:
        logging.getLogger("library").warning("it says %s", NASTY[kind])
    assert len(lines) == 1 and lines[0].isprintable() and len(lines[0]) < 3000
    assert not as_json or json.loads(lines[0])["logger"] == "library"


@pytest.mark.sqlite_enough
@pytest.mark.parametrize("address", ADDRESSES)
def test_no_address_of_a_network_or_of_mail_stands_in_a_line(address: str) -> None:
    assert address not in harmless(f"connection to {address} refused") and "refused" in harmless(f"{address} refused")
    assert harmless("10:00:00 admin/web/errors.py:99 1.2.3") == "10:00:00 admin/web/errors.py:99 1.2.3"


@pytest.mark.parametrize("path", [f"/departments/list/?name={PLANTED}", "/departments/list/%0aERROR%20forged/"])
def test_a_fault_is_logged_without_what_was_typed_or_whose_browser_it_was(signed_in, monkeypatch, path: str) -> None:
    def broken(*_args: object, **_more: object) -> None:
        raise ValueError(f"cannot read {PLANTED} of 10.9.8.7")

    client = signed_in("hr")
    monkeypatch.setattr("admin.web.model_view.PortalModelView._list", broken)
    agent = {"User-Agent": f"{PLANTED}\x1b[31m", "X-Forwarded-For": "10.9.8.7"}
    with said(as_json=True) as lines:
        client.get(path, headers=agent)
    assert all(PLANTED not in line and "10.9.8.7" not in line and "forged" not in line for line in lines)
    assert "forged" in path or any(json.loads(line).get("fault") == "ValueError" for line in lines)


def test_a_database_that_is_gone_is_logged_without_its_address(signed_in, monkeypatch) -> None:
    def gone(*_args: object, **_more: object) -> None:
        raise OperationalError("SELECT 1", {"name": PLANTED}, Exception('server at "10.9.8.7" said no\nFATAL: forged'))

    client = signed_in("hr")
    monkeypatch.setattr("admin.web.model_view.PortalModelView._list", gone)
    with said(as_json=False) as lines:
        assert client.get("/departments/list/").status_code == 503
    assert len(lines) == 1 and lines[0].isprintable() and "10.9.8.7" not in lines[0] and PLANTED not in lines[0]


@pytest.mark.sqlite_enough
def test_what_the_real_server_says_of_a_fault_is_one_line_of_json_without_what_was_sent(tmp_path: Path) -> None:
    with plain_server(tmp_path, workers=1) as server:
        answer, _ = server.ask(f"/fault/%0aforged%1b[31m?name={PLANTED.encode()!r}", **{"User-Agent": "planted"})
        assert answer.status == 500
    lines = (tmp_path / "said").read_text().splitlines()
    assert [json.loads(line)["level"] for line in lines] == ["error"]
    assert "planted" not in lines[0] and "forged" not in lines[0] and "127.0.0.1" not in lines[0]


def test_no_answer_leads_to_the_host_that_came_nor_names_it(app, signed_in) -> None:
    """Every address without a number in it, with and without its last slash, signed in and not."""
    clients = (app.test_client(), signed_in("hr"))
    rules = [rule.rule for rule in app.url_map.iter_rules() if "GET" in rule.methods and not rule.arguments]
    forged = {
        "Host": FOREIGN,
        "X-Forwarded-Host": FOREIGN,
        "Referer": f"http://{FOREIGN}/x",
        "Forwarded": f"host={FOREIGN}",
    }
    tried, leading = 0, 0
    for path in sorted({variant for rule in rules for variant in (rule, rule.rstrip("/"), rule + "/") if variant}):
        for client in clients[: 1 if path.startswith("/api") else 2]:
            answer = client.get(path, headers=forged)
            tried += 1
            if location := answer.headers.get("Location"):
                leading += 1
                assert re.match(r"/(?![/\\])|[^/:]*$", location), (path, location)
            if answer.status_code < 400 and answer.mimetype in ("text/html", "application/json"):
                assert FOREIGN not in answer.text, path
    assert tried > 100 and leading > 30


@pytest.mark.parametrize(
    "path", ["//evil.example", "/\\evil.example", "/%5cevil.example/", "/report//evil.example", "/%2f%2fevil.example"]
)
def test_a_path_that_looks_like_a_host_leads_nowhere(client, path: str) -> None:
    location = client.get(path).headers.get("Location", "/")
    assert not location.startswith(("//", "/\\")) and "://" not in location


@pytest.mark.parametrize("path", ["/report", "/report/follow-up/"])
def test_the_complaint_form_leads_to_itself_whatever_host_came(settings, app, path: str) -> None:
    from admin.report.app import flask_app

    form = flask_app(settings)
    answer = form.test_client().get(path, headers={"Host": FOREIGN})
    close_connections(form)
    assert FOREIGN not in answer.headers.get("Location", "") and FOREIGN not in answer.text
