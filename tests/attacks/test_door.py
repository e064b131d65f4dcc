"""Whoever can only knock: connections that are never finished, never read, too large, or no requests at all."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.plain_server import LARGE, PlainServer, plain_server

pytestmark = pytest.mark.sqlite_enough
HEAD = b"POST /form HTTP/1.1\r\nHost: x\r\n"
SLOW_KINDS = {
    "headers": HEAD,
    "body": HEAD + b"Content-Length: 100000\r\n\r\n" + b"x" * 1000,
    "chunks": HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nab",
    "continue": HEAD + b"Expect: 100-continue\r\nContent-Length: 9\r\n\r\n",
    "reader": b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n",
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PlainServer]:
    with plain_server(tmp_path_factory.mktemp("door")) as running:
        yield running


def test_fifty_idle_and_fifty_slow_connections_keep_nobody_from_an_answer(server: PlainServer) -> None:
    with contextlib.ExitStack() as held:
        idle = [held.enter_context(server.begun(b"")) for _ in range(50)]
        slow = [held.enter_context(server.begun(sent, 2048)) for sent in SLOW_KINDS.values() for _ in range(10)]
        for each in idle[:25] + slow[:30]:
            each.send(b"1")  # a drop now and then, as a slow one does
        answers = [server.ask("/form", b"a=1") for _ in range(50)]
    assert [answer.status for answer, _ in answers] == [200] * 50


@pytest.mark.parametrize("kind", ["body", "chunks", "continue"])
def test_a_request_that_comes_in_pieces_is_worked_on_when_it_is_whole(server: PlainServer, kind: str) -> None:
    rest = {"body": b"x" * 99_000, "chunks": b"cde\r\n0\r\n\r\n", "continue": b"123456789"}[kind]
    with server.begun(SLOW_KINDS[kind]) as client:
        if kind == "continue":
            assert client.recv(100).startswith(b"HTTP/1.1 100")
        assert server.ask("/")[0].status == 200
        client.sendall(rest)
        answer = everything(client)
    read = {"body": 100_000, "chunks": 5, "continue": 9}[kind]
    assert answer.startswith(b"HTTP/1.1 200 OK") and b'"read": %d' % read in answer


def test_whoever_reads_slowly_gets_the_whole_answer(server: PlainServer) -> None:
    with server.begun(SLOW_KINDS["reader"], 2048) as client:
        assert server.ask("/")[0].status == 200
        _head, _, body = everything(client).partition(b"\r\n\r\n")
    assert len(body) == LARGE


def test_a_body_that_is_too_large_is_answered_in_the_products_own_words_before_it_is_sent(server: PlainServer) -> None:
    announced = HEAD + b"Content-Length: 100000000\r\n\r\n"
    with server.begun(announced) as client:
        client.sendall(b"x" * 3_000_000)
        answer = everything(client)
    assert answer.startswith(b"HTTP/1.1 413") and answer.endswith(b"our own words")


@pytest.mark.parametrize(
    "sent", [b"\x16\x03\x01\x02\x00\x01\r\n\r\n", b"GET / HTTP/1.1\r\nA\x00: b\r\n\r\n", b"get / HTTP/1.1\r\n\r\n",
             b"GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", b"POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n",
             b"GET / HTTP/1.1\r\nX: " + b"y" * 70_000 + b"\r\n\r\n"],
)  # fmt: skip
def test_what_is_no_request_is_refused_without_a_name_of_a_server(server: PlainServer, sent: bytes) -> None:
    with server.begun(sent) as client:
        answer = everything(client)
    assert answer[9:10] in (b"4", b"5")
    assert not any(name in answer.lower() for name in (b"waitress", b"gunicorn", b"server", b"python"))


def test_a_second_request_in_the_same_breath_is_not_answered(server: PlainServer) -> None:
    twice = b"GET /one HTTP/1.1\r\nHost: x\r\n\r\nGET /two HTTP/1.1\r\nHost: x\r\n\r\n"
    with server.begun(twice) as client:
        answer = everything(client)
    assert b"/one" in answer and b"/two" not in answer and answer.count(b"HTTP/1.1 200") == 1


def test_nobody_says_by_a_header_who_they_are_or_where(server: PlainServer) -> None:
    told = server.told(
        "/", **{"X-Forwarded-Host": "evil.example", "X-Forwarded-Port": "1", "Forwarded": "host=evil.example"}
    )
    assert "evil" not in str(told) and "HTTP_X_FORWARDED_HOST" not in told
    assert told["REMOTE_ADDR"] == "127.0.0.1"


def test_a_front_server_on_this_machine_says_who_asks_and_that_it_was_https(server: PlainServer) -> None:
    told = server.told("/", **{"X-Forwarded-For": "10.9.8.7", "X-Forwarded-Proto": "https"})
    assert (told["REMOTE_ADDR"], told["wsgi.url_scheme"]) == ("10.9.8.7", "https")


def test_a_killed_serving_process_is_replaced_and_a_waiting_client_answered(tmp_path: Path) -> None:
    with plain_server(tmp_path, workers=1) as server:
        first = server.told("/")["pid"]
        os.kill(first, signal.SIGKILL)
        assert server.told("/")["pid"] != first


def test_a_stop_lets_an_answer_be_read_to_its_end(tmp_path: Path) -> None:
    with plain_server(tmp_path, workers=1) as server, server.begun(SLOW_KINDS["reader"], 2048) as client:
        first = client.recv(100)
        server.process.send_signal(signal.SIGTERM)
        assert len(first + everything(client)) > LARGE
        assert server.process.wait(60) == 0


def everything(client: socket.socket) -> bytes:
    """All that comes until the other side ends."""
    return b"".join(iter(lambda: client.recv(65536), b""))
