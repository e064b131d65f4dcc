"""What waits at the door is held in memory, within limits: who is slower than anybody honest is sent away, the oldest first."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable, Iterator

import pytest

from admin.cli import buffering
from admin.cli.buffering import LINGER_SECONDS, PATIENCE_SECONDS, SLOWEST, Door, WaitingLine, Watched
from admin.cli.site import plain_answer

BEGUN = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 900000\r\n\r\n"
Connect = Callable[[bytes], socket.socket]


@pytest.fixture
def door() -> Iterator[Door]:
    """A door that is turned by hand."""
    signals, other_end = os.pipe()
    watched, listener = Watched(signals), socket.create_server(("127.0.0.1", 0))
    yield (made := buffering.door(plain_answer("200 OK", b"x" * 3_000_000), listener, watched, WaitingLine()))
    for each in list(made.active_channels.values()):
        each.handle_close()
    made.close()
    watched.selector.close()
    os.close(signals)
    os.close(other_end)


@pytest.fixture
def connect(door: Door) -> Iterator[Connect]:
    opened = []

    def begin(sent: bytes) -> socket.socket:
        client = socket.create_connection(door.socket.getsockname(), timeout=10)
        opened.append(client)
        client.sendall(sent)
        turn(door)
        return client

    yield begin
    for each in opened:
        each.close()


def turn(door: Door) -> None:
    """Let all that has come be read."""
    door._map.settle(door.socket.fileno())
    for _ in range(30):
        door._map.turn(0.001)


def ended(client: socket.socket) -> bool:
    try:
        return client.recv(1) == b""
    except ConnectionResetError:
        return True


def test_a_new_connection_is_not_taken_while_a_whole_request_waits(door, connect):
    connect(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    assert len(door.task_dispatcher.queue) == 1
    connect(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    assert len(door.active_channels) == 1


def test_whoever_sends_nothing_is_sent_away_and_whoever_sends_is_waited_for(door, connect):
    idle, sending = connect(b""), connect(BEGUN + b"x" * 100 * SLOWEST)
    door.maintenance(time.time() + PATIENCE_SECONDS + 50)
    assert ended(idle) and len(door.active_channels) == 1
    door.next_channel_cleanup = 0
    door.maintenance(time.time() + PATIENCE_SECONDS + 150)
    assert ended(sending)


def test_whoever_does_not_read_the_answer_is_sent_away(door, connect):
    connect(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    reader = door.task_dispatcher.queue.popleft()
    reader.service()
    assert not reader.overdue(time.time() + PATIENCE_SECONDS - 5)
    assert reader.overdue(time.time() + PATIENCE_SECONDS + reader.answer_size / SLOWEST)


def test_whoever_goes_on_sending_what_nobody_reads_is_listened_to_for_a_moment_only(door, connect):
    connect(b"no request\r\n\r\n" + b"x" * 1000)
    refused = door.task_dispatcher.queue.popleft()
    refused.service()
    assert refused.lingering and not refused.overdue(time.time())
    assert refused.overdue(time.time() + LINGER_SECONDS + 1)


def test_when_too_much_waits_the_oldest_makes_room(door, connect, monkeypatch):
    monkeypatch.setattr(buffering, "MOST_HELD", 500_000)
    oldest, small, newest = connect(BEGUN + b"x" * 300_000), connect(BEGUN), connect(BEGUN + b"x" * 300_000)
    assert ended(oldest) and len(door.active_channels) == 2
    assert small.fileno() > 0 and newest.fileno() > 0


def test_when_too_many_wait_the_oldest_makes_room(door, connect, monkeypatch):
    monkeypatch.setattr(buffering, "MOST_CONNECTIONS", 3)
    oldest, *_others = [connect(b"") for _ in range(4)]
    assert ended(oldest) and len(door.active_channels) == 3
