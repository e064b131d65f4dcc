"""Every setting of the portal: its name in the environment, its default and why it is there.

Nothing else in the project reads the environment for its configuration. Imports nothing of ours.
"""

from __future__ import annotations

import errno
import json
import os
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

# A library would load a table of phrases, 44 MB in each worker, and is asked for single characters alone.
os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")

ROOT = Path(__file__).resolve().parent
ENVIRONMENTS = ("production", "demo", "test")
LOG_FORMATS = ("lines", "json")
CALENDARS = ("TW", "CN", "HK", "none")
LONGEST_COMPANY = 60
MAX_REQUEST_BYTES = 32 * 1024 * 1024


KEPT = "printed_settings.json"
PRINTED = ("PORTAL_COMPANY", "PORTAL_URL", "NOTICE_SITE_URL", "PORTAL_TZ")  # what the site's pages say


class BadSetting(ValueError):
    """A setting cannot be used; the message names it and says what it should be."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(f"{name}: {message}")
        self.name = name


def as_written(name: str, text: str) -> str:
    return text


def setting(
    name: str, default: str, why: str, parse: Callable[[str, str], Any] = as_written, secret: bool = False
) -> Any:
    """A field of `Settings`, read from the variable `name`; `parse(name, text)` may raise `BadSetting`.

    A `secret` stays out of the settings' printed form, and so out of logs and tracebacks.
    """
    return field(repr=not secret, metadata={"name": name, "default": default, "why": why, "parse": parse})


def one_of(*choices: str) -> Callable[[str, str], str]:
    def parse(name: str, text: str) -> str:
        if text not in choices:
            raise BadSetting(name, f"is {text!r}, should be one of {', '.join(choices)}")
        return text

    return parse


def folder(name: str, text: str) -> Path:
    """An absolute path; a relative one counts from the project's own folder, wherever a command is called."""
    return (ROOT / Path(text).expanduser()).resolve()


def time_zone(name: str, text: str) -> ZoneInfo:
    try:
        return ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise BadSetting(name, f"{text!r} is no time zone, use a name like Asia/Taipei") from error


def company_name(name: str, text: str) -> tuple[str, str, str]:
    """The name in each language; one alone stands for all."""
    given = [part.strip() for part in text.split("|")]
    if len(given) not in (1, 3) or not all(0 < len(part) <= LONGEST_COMPANY for part in given):
        raise BadSetting(
            name, f"takes one name, or three with | between them, each of {LONGEST_COMPANY} characters at most"
        )
    first, *more = given
    return (first, more[0], more[1]) if more else (first, first, first)


def is_address(text: str, *schemes: str) -> bool:
    """Whether its host and its port can be read; with schemes whether it has one of them, and a host."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return False
    return port != 0 and (not schemes or (parts.scheme in schemes and bool(parts.hostname)))


def web_address(name: str, text: str) -> str:
    """Where people find something in their browser, or nothing where the default is nothing."""
    if text and not is_address(text, "http", "https"):
        raise BadSetting(name, f"is {text!r}, should be an address like https://grades.example.com")
    return text


def mail_server(name: str, text: str) -> str:
    """An address such as smtps://user:password@mail.example.com?from=grades@example.com, or nothing."""
    if text and not is_address(text, "smtp", "smtps"):
        raise BadSetting(name, "is no smtp:// or smtps:// address with a host")
    return text


def database_address(name: str, text: str) -> str:
    """sqlite:///FILE or postgresql+psycopg://...; the short names of PostgreSQL mean the same driver."""
    if text and not re.match(r"sqlite:///.|postgres(ql(\+psycopg)?)?://", text):
        raise BadSetting(name, "should begin with postgresql+psycopg:// or sqlite:///")
    if not is_address(text):
        raise BadSetting(
            name, "its host or its port cannot be read; write it as postgresql+psycopg://user@host:5432/name"
        )
    return re.sub(r"^postgres(ql)?://", "postgresql+psycopg://", text)


def clock(name: str, text: str) -> datetime | timedelta | None:
    """A fixed moment ("2026-11-23T09:00:00+08:00"), a shift ("+3d", "-12h", "+30m") or nothing (the real time)."""
    if not text:
        return None
    if shift := re.fullmatch(r"([+-]\d{1,5})([dhm])", text):
        unit = {"d": "days", "h": "hours", "m": "minutes"}[shift[2]]
        return timedelta(**{unit: int(shift[1])})
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = datetime.min
    if moment.tzinfo is None:
        raise BadSetting(name, f"{text!r} should look like 2026-11-23T09:00:00+08:00 or +3d, -12h, +30m")
    return moment.astimezone(UTC)


def whole_number(name: str, text: str) -> int:
    if not re.fullmatch(r"[1-9]\d{0,5}", text):
        raise BadSetting(name, f"is {text!r}, should be a whole number above 0")
    return int(text)


def switch(name: str, text: str) -> bool:
    return one_of("0", "1")(name, text) == "1"


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The settings in force; made by `settings_from`."""

    portal_env: str = setting(
        "PORTAL_ENV",
        "demo",
        "production turns on what only a real server can meet (https cookies, a secret of one's "
        "own) and refuses what only a demo may do.",
        one_of(*ENVIRONMENTS),
    )
    var_dir: Path = setting(
        "VAR_DIR",
        "var",
        "All state lives in one folder, so that one folder is kept, moved and backed up: database, "
        "uploads, releases of the site, keys, logs.",
        folder,
    )
    database_url: str = setting(
        "DATABASE_URL",
        "",
        "Empty is SQLite in VAR_DIR, which needs no server; postgresql+psycopg://... in production.",
        database_address,
        secret=True,
    )
    secret_key: str = setting(
        "SECRET_KEY",
        "",
        "Signs sessions and tokens. Made and kept in VAR_DIR/keys when empty; required in "
        "production, where several machines must share it.",
        secret=True,
    )
    portal_now: datetime | timedelta | None = setting(
        "PORTAL_NOW",
        "",
        "A fixed (2026-11-23T09:00:00+08:00) or shifted (+3d) clock, to see what a deadline does; "
        "refused in production.",
        clock,
    )
    portal_tz: ZoneInfo = setting(
        "PORTAL_TZ", "Asia/Taipei",
        "Company time: a deadline's day ends at midnight here, not where the server stands.", time_zone,
    )  # fmt: skip
    portal_company: tuple[str, str, str] = setting(
        "PORTAL_COMPANY",
        "客戶服務中心|客户服务中心|Customer Service Centre",
        "Who issues the documents and the notices, as they print it: one name, or Traditional|Simplified|English.",
        company_name,
    )
    portal_language: str = setting(
        "PORTAL_LANGUAGE", "zh_hant",
        "The language of the documents and minutes that the company issues; screens speak each reader's own.",
        one_of("zh_hant", "zh_hans", "en"),
    )  # fmt: skip
    portal_calendar: str = setting(
        "PORTAL_CALENDAR", "TW",
        "Which library seeds the working calendar (TW, CN, HK, none) before HR confirms it.", one_of(*CALENDARS),
    )  # fmt: skip
    portal_url: str = setting(
        "PORTAL_URL", "http://127.0.0.1:8000",
        "The portal's address as its users see it: mails and the notice site link to it.", web_address,
    )  # fmt: skip
    notice_site_url: str = setting(
        "NOTICE_SITE_URL", "", "The notice site's address; empty is /notice/ under PORTAL_URL.", web_address
    )
    smtp_url: str = setting(
        "SMTP_URL",
        "",
        "smtp://user:password@host:587?from=address or smtps://...; empty sends no mail, messages stay in the portal.",
        mail_server,
        secret=True,
    )
    demo_password: str = setting(
        "DEMO_PASSWORD", "demo-Password-1",
        "The password of every demo sign-in; the demo is never loaded in production.", secret=True,
    )  # fmt: skip
    require_second_factor: bool = setting(
        "REQUIRE_SECOND_FACTOR", "0",
        "1: who decides on others, keeps their files or keeps the portal signs in with a code of an app too, as in "
        "production always.", switch,
    )  # fmt: skip
    web_workers: int = setting(
        "WEB_WORKERS", "2",
        "Serving processes; each works on one request at a time, about one per core serves best.", whole_number,
    )  # fmt: skip
    metrics_token: str = setting(
        "METRICS_TOKEN", "", "Who asks for /metrics says it as a bearer token; without one only this machine may ask.",
        secret=True,
    )  # fmt: skip
    log_format: str = setting(
        "LOG_FORMAT", "lines",
        "How standard error reads: lines for people, json for a collector; neither holds addresses or what people typed.",
        one_of(*LOG_FORMATS),
    )  # fmt: skip
    portal_debug: bool = setting(
        "PORTAL_DEBUG", "0",
        "1 lets commands show a traceback instead of a short message, and the log the words of a fault.", switch,
    )  # fmt: skip

    def now(self) -> datetime:
        """The time the portal goes by, timezone-aware, in UTC."""
        if isinstance(self.portal_now, datetime):
            return self.portal_now
        return datetime.now(UTC) + (self.portal_now or timedelta())

    @property
    def production(self) -> bool:
        return self.portal_env == "production"

    @property
    def sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")

    @property
    def sqlite_file(self) -> Path:
        """The file of the SQLite database."""
        return Path(self.database_url.removeprefix("sqlite:///"))


def settings_from(environ: Mapping[str, str] = os.environ, *, starting: bool = False) -> Settings:
    """Read, check and complete the settings; an empty variable counts as absent. Raises `BadSetting`.

    What the site prints is read from where `start` has kept it, unless the environment says otherwise: so that a command
    in a plain shell prints what the running portal does. `starting`: `start` itself goes by the environment alone.
    """
    values = {}
    var_dir = folder("VAR_DIR", environ.get("VAR_DIR") or "var")
    given = {} if starting else kept_settings(var_dir)
    for each in fields(Settings):
        name, parse = each.metadata["name"], each.metadata["parse"]
        values[each.name] = parse(name, environ.get(name) or given.get(name) or each.metadata["default"])
    settings = Settings(**values)
    if settings.production:
        _refuse_demo_habits(settings)
    try:
        _refuse_unwritable(settings.var_dir)
        return _completed(settings)
    except OSError as error:
        said = f"{error.filename}: {error.strerror}. Name a folder that can be made and written"
        raise BadSetting("VAR_DIR", said) from error


def _refuse_demo_habits(settings: Settings) -> None:
    if settings.portal_now is not None:
        raise BadSetting("PORTAL_NOW", "a false clock is refused in production")
    if len(settings.secret_key) < 32:
        raise BadSetting("SECRET_KEY", "production needs one of at least 32 characters")


def _refuse_unwritable(var_dir: Path) -> None:
    var_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not os.access(var_dir, os.W_OK | os.X_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(var_dir))


def _completed(settings: Settings) -> Settings:
    portal_url = settings.portal_url.rstrip("/")
    return replace(
        settings,
        database_url=settings.database_url or f"sqlite:///{settings.var_dir / 'portal.sqlite3'}",
        secret_key=settings.secret_key or kept_secret(settings.var_dir / "keys"),
        portal_url=portal_url,
        notice_site_url=settings.notice_site_url or f"{portal_url}/notice/",
    )


def kept_settings(var_dir: Path) -> dict[str, str]:
    """What `start` was given of the settings that the site prints; nothing where it has never run here."""
    try:
        found = json.loads((var_dir / KEPT).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {name: str(found[name]) for name in PRINTED if isinstance(found, dict) and found.get(name)}


def keep_settings(var_dir: Path, environ: Mapping[str, str] = os.environ) -> None:
    """Keep what `start` was given of them, in one step: a command reads what was there before or what is there now."""
    var_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = var_dir / f".{KEPT}.{os.getpid()}.part"  # one that is left is swept by `setup`
    draft.write_text(json.dumps({name: environ.get(name, "") for name in PRINTED}), encoding="utf-8")
    draft.replace(var_dir / KEPT)


def kept_secret(folder: Path, name: str = "secret_key") -> str:
    """The secret of that name kept in this folder, made on first use; of two processes that both make one, one wins."""
    path = folder / name
    if not path.exists():
        folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
        draft = folder / f".{name}.{os.getpid()}"
        try:
            draft.touch(mode=0o600)
            draft.write_text(secrets.token_urlsafe(48))
            os.link(draft, path)
        except FileExistsError:
            pass  # another process was first: its secret is the one
        finally:
            draft.unlink(missing_ok=True)
    return path.read_text()


_in_use: Settings | None = None


def use(settings: Settings) -> None:
    """Make these the settings that `current` gives to code without an application at hand (operations, commands)."""
    global _in_use
    _in_use = settings


def current() -> Settings:
    """The settings in use: those of `use`, or else of the environment."""
    if _in_use is None:
        use(settings_from())
    assert _in_use is not None
    return _in_use
