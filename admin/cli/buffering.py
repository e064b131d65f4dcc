"""A serving process that works on a request only when it is whole, and never waits for whoever is to read the answer.

Waitress reads requests and sends answers, for all connections at once; gunicorn starts, watches and ends the process. One
thread does both, a request at a time, because Flask-AppBuilder shares objects between threads: while it works, nobody is
read from, and new connections go to another process.
"""

from __future__ import annotations

import os
import selectors
import socket
import time
from collections import deque
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from gunicorn.workers.base import Worker
from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.buffers import ReadOnlyFileBasedBuffer
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import TcpWSGIServer
from waitress.task import ErrorTask, ThreadedTaskDispatcher, WSGITask
from waitress.utilities import RequestEntityTooLarge

from admin.cli.memory import Gathered
from config import MAX_REQUEST_BYTES, current
from notice_site.headers import HEADERS

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

MIB = 1024 * 1024
NEVER = 1 << 40  # bytes after which something waits on the disk, where a complaint would stand in the clear
BACKLOG = 2048  # connections that the kernel holds while every process works
MOST_HELD = 96 * MIB  # of requests and answers that wait, in one process
MOST_CONNECTIONS = 800  # in one process; below the number of files that most systems let it open
PATIENCE_SECONDS = 30.0  # for a request to come, or its answer to be taken, besides what its bytes take
SLOWEST = 1024  # bytes a second of whoever sends or reads
UNCOUNTED = 64 * 1024  # bytes of one connection that are not worth counting all the others
TURN_SECONDS = 1.0
LINGER_SECONDS = 5.0


class WaitingLine(ThreadedTaskDispatcher):
    """Connections whose request is whole, in the order in which they came to be so."""

    queue: deque[Connection]

    def add_task(self, connection: Connection) -> None:
        """Wait for one's turn."""
        self.queue.append(connection)


class Request(HTTPRequestParser):
    """One that is too large comes to the application without its body, so that the product's own words answer it."""

    cut = False
    error: Any = None

    def received(self, data: bytes) -> int:
        """How many bytes belong to this request."""
        consumed: int = super().received(data)
        if isinstance(self.error, RequestEntityTooLarge):
            self.headers["CONTENT_LENGTH"] = str(max(self.content_length, self.body_bytes_received))
            self.error, self.cut = None, True
        return consumed


class Answer(WSGITask):
    """The application's answer; the connection ends with it, so that the next request finds whichever process is free."""

    def start(self) -> None:
        super().start()
        self.set_close_on_finish()


class PlainRefusal(ErrorTask):
    """What is no HTTP gets its status in words, without the name of a server."""

    def execute(self) -> None:
        fault = self.request.error
        body = f"{fault.code} {fault.reason}\n".encode()
        self.status, self.content_length = f"{fault.code} {fault.reason}", len(body)
        self.response_headers = [("Content-Type", "text/plain; charset=utf-8"), *HEADERS.items()]
        self.set_close_on_finish()
        self.write(body)


class Connection(HTTPChannel):
    """One client: its request until it is whole, its answer until it is taken."""

    parser_class, task_class, error_task_class = Request, Answer, PlainRefusal
    taken = 0
    answer_size = 0
    answered_at: float | None = None
    lingering = False
    close_when_flushed: bool = False

    def received(self, data: bytes) -> bool:
        """Take these bytes; where many are held already, whoever has been at it longest makes room."""
        self.taken += len(data)
        if self.taken > UNCOUNTED:
            self.server.make_room()
        return bool(super().received(data))

    def has_come(self) -> bool:
        """Whether there is something to read."""
        try:
            return bool(self.socket.recv(1, socket.MSG_PEEK))
        except OSError:
            return False

    def readable(self) -> bool:
        return self.lingering or bool(super().readable())

    def handle_read(self) -> None:
        if not self.lingering:
            super().handle_read()
        elif not self.recv(self.adj.recv_bytes):
            self.connected = False

    def service(self) -> None:
        unread = self.requests[0].cut or self.requests[0].error is not None
        super().service()
        self.answered_at, self.answer_size = time.time(), self.total_outbufs_len
        if self.connected:
            self.lingering = unread  # closed with bytes unread, the answer would be lost on its way
            self.handle_write()

    def handle_write(self) -> None:
        if self.lingering and self.close_when_flushed and not self.total_outbufs_len:
            self.close_when_flushed = False
            self.socket.shutdown(socket.SHUT_WR)
        else:
            super().handle_write()

    def held(self) -> int:
        """Bytes of memory that wait here."""
        going_out = sum(len(each) for each in self.outbufs if not isinstance(each, ReadOnlyFileBasedBuffer))
        return going_out + (0 if self.answered_at else self.taken)

    def overdue(self, now: float) -> bool:
        """Whether a client slower than any honest one sends or reads."""
        if self.answered_at is None:
            return now > self.creation_time + PATIENCE_SECONDS + self.taken / SLOWEST
        if self.lingering and not self.total_outbufs_len:
            return now > self.answered_at + LINGER_SECONDS
        return now > self.answered_at + PATIENCE_SECONDS + (self.answer_size - self.total_outbufs_len) / SLOWEST


class Door(TcpWSGIServer):
    """Takes connections in while nobody's whole request waits here."""

    channel_class = Connection
    next_channel_cleanup: float = 0

    def readable(self) -> bool:
        return self.accepting and not self.task_dispatcher.queue

    def handle_accept(self) -> None:
        """Let somebody in and read at once what has come, so that a whole request keeps this process from taking more."""
        before = set(self.active_channels)
        super().handle_accept()
        for number in set(self.active_channels) - before:
            if self.active_channels[number].has_come():
                wasyncore.read(self.active_channels[number])
            self._map.settle(number)
        if len(self.active_channels) > MOST_CONNECTIONS:
            self.send_away(self._by_age()[0])

    def pull_trigger(self) -> None:
        """There is no other thread to wake."""

    def make_room(self) -> None:
        """End connections, the oldest first, until what waits is little enough to be held in memory."""
        held = {each: each.held() for each in self._by_age()}
        total = sum(held.values())
        for each, much in held.items():
            if total <= MOST_HELD:
                return
            if much > UNCOUNTED:
                self.send_away(each)
                total -= much

    def _by_age(self) -> list[Connection]:
        waiting = (each for each in self.active_channels.values() if not each.requests)
        return sorted(waiting, key=lambda each: each.creation_time)

    def maintenance(self, now: float) -> None:
        """End the connections that are slower than any honest one; looks once in a while."""
        if now < self.next_channel_cleanup:
            return
        self.next_channel_cleanup = now + TURN_SECONDS
        for each in self._by_age():
            if each.overdue(now):
                self.send_away(each)

    def send_away(self, connection: Connection) -> None:
        connection.handle_close()


class Watched(dict[int, Any]):
    """What waitress calls its map: each that is in it is watched for what it wants, until it leaves."""

    def __init__(self, signals: int) -> None:
        super().__init__()
        self.wants: dict[int, int] = {}
        self.selector = selectors.DefaultSelector()
        self.selector.register(signals, selectors.EVENT_READ)  # a signal ends the wait

    def __delitem__(self, number: int) -> None:
        super().__delitem__(number)
        if self.wants.pop(number, 0):
            self.selector.unregister(number)

    def settle(self, number: int) -> None:
        """Watch it for what it wants now, which only changes when something happens to it."""
        each = self.get(number)
        if each is None:
            return
        wanted = selectors.EVENT_READ * bool(each.readable())
        wanted |= selectors.EVENT_WRITE * bool(each.writable() and not each.accepting)
        before, self.wants[number] = self.wants.get(number, 0), wanted
        if before and not wanted:
            self.selector.unregister(number)
        elif wanted and not before:
            self.selector.register(number, wanted, each)
        elif wanted != before:
            self.selector.modify(number, wanted, each)

    def turn(self, seconds: float) -> None:
        """Wait so long for something to happen, and let each do what it can without waiting."""
        for key, events in self.selector.select(seconds):
            if key.data is None:
                os.read(key.fd, UNCOUNTED)
                continue
            for event, act in ((selectors.EVENT_READ, wasyncore.read), (selectors.EVENT_WRITE, wasyncore.write)):
                if events & event and self.get(key.fd) is key.data:  # it may have left, and its number be another's
                    act(key.data)
            self.settle(key.fd)


def door(application: WSGIApplication, listener: socket.socket, watched: Watched, line: WaitingLine) -> Door:
    """The door of this listening socket; a web server on this machine is believed who asks, nobody else."""
    about = (listener.family, listener.type, listener.proto, listener.getsockname())
    adjustments = Adjustments(
        server_name=urlsplit(current().portal_url).hostname, ident=None, backlog=BACKLOG, log_socket_errors=False,
        inbuf_overflow=NEVER, outbuf_overflow=NEVER, outbuf_high_watermark=NEVER, recv_bytes=UNCOUNTED,
        max_request_body_size=MAX_REQUEST_BYTES + MIB, max_request_header_size=UNCOUNTED,
        trusted_proxy="127.0.0.1", trusted_proxy_count=1, clear_untrusted_proxy_headers=True,
        trusted_proxy_headers={"x-forwarded-for", "x-forwarded-proto"},
    )  # fmt: skip
    return Door(
        application, watched, _sock=listener, dispatcher=line, adj=adjustments, sockinfo=about, bind_socket=False
    )


class BufferingWorker(Worker):
    """Gunicorn's worker with waitress' way of reading and sending."""

    alive: bool

    def run(self) -> None:
        """Serve until told to stop; then answer what is whole and send what is answered."""
        self.line, self.watched, self.gathered = WaitingLine(), Watched(self.PIPE[0]), Gathered()
        self.doors = [door(self.wsgi, each.sock, self.watched, self.line) for each in self.sockets]
        while self.alive and self.ppid == os.getppid():
            self._turn()
        for each in self.doors:
            each.accepting = False
        until = time.time() + self.cfg.graceful_timeout
        while time.time() < until and any(each.requests or each.total_outbufs_len for each in self._connections()):
            self._turn()

    def _connections(self) -> list[Connection]:
        return [each for one in self.doors for each in one.active_channels.values()]

    def _turn(self) -> None:
        """Read and send what can be without waiting, then work on one request."""
        self.notify()
        for each in self.doors:
            each.maintenance(time.time())
            self.watched.settle(each.socket.fileno())
        self.watched.turn(0 if self.line.queue else TURN_SECONDS)
        if self.line.queue:
            self._serve(self.line.queue.popleft())

    def _serve(self, connection: Connection) -> None:
        number = connection.socket.fileno()
        connection.service()
        self.watched.settle(number)
        self.nr += 1
        self.alive = self.alive and self.nr < self.max_requests and not self.gathered.too_much()
