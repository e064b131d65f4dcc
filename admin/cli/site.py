"""Serves the published notice site, for where no other web server does."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from whitenoise import WhiteNoise

from notice_site.headers import HEADERS, STRICT_TRANSPORT, headers_of, missing_status

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class NoticeSite:
    """Serves the published release that a link points to, from the moment it points there.

    A release gains nothing once published, so its list of files is read once; another target is another release.
    """

    def __init__(self, live: Path, *, production: bool = False) -> None:
        self.live = live
        self.more = STRICT_TRANSPORT if production else {}
        self._release: Path | None = None
        self._files: WSGIApplication = not_published

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        release = self.live.resolve()
        if release != self._release:
            self._read(release)
        start = self._with_headers(environ.get("PATH_INFO", ""), start_response)
        try:
            return self._files(environ, start)
        except FileNotFoundError:  # a list has been taken down from the release
            self._read(release)
            return self._files(environ, start)

    def _with_headers(self, path: str, start_response: StartResponse) -> StartResponse:
        """The site's own headers on every answer, over those that WhiteNoise would choose."""

        def start(status: str, headers: list[tuple[str, str]], *fault: Any) -> Any:
            ours = {**(headers_of(path) if status[:1] in "23" else HEADERS), **self.more}
            return start_response(
                status, [each for each in headers if each[0] not in ours] + list(ours.items()), *fault
            )

        return cast("StartResponse", start)

    def _read(self, release: Path) -> None:
        self._files = self._served(release)
        self._release = release

    def _served(self, release: Path) -> WSGIApplication:
        if not release.is_dir():
            return not_published
        return WhiteNoise(
            missing_page(release),
            root=str(release),
            prefix="notice/",
            index_file=True,
            allow_all_origins=False,
        )


def missing_page(release: Path) -> WSGIApplication:
    """The answer to an address that the release does not have: the site's own page, where it has one."""
    page = release / "404.html"
    body = page.read_bytes() if page.is_file() else b"<h1>404</h1>"

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        return plain_answer(missing_status(environ["PATH_INFO"]), body)(environ, start_response)

    return answer


def plain_answer(status: str, body: bytes) -> Callable[..., Iterable[bytes]]:
    """A WSGI application that always answers the same page."""
    headers = [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(body)))]

    def answer(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        start_response(status, headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]

    return answer


not_published = plain_answer(
    "404 Not Found",
    '<!doctype html><html lang="zh-Hant-TW"><meta charset="utf-8"><title>公示</title><main><h1>尚未發布公示</h1>'
    '<p lang="en">Nothing has been published yet.</p></main></html>'.encode(),
)
