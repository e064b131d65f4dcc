"""`server-files`: the files that a server is given beside the portal (nginx, systemd), filled in from the settings."""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from urllib.parse import urlsplit

from admin.files.whole import write_whole
from config import MAX_REQUEST_BYTES, ROOT, Settings, settings_from
from notice_site.headers import HEADERS, STRICT_TRANSPORT

TEMPLATES = Path(__file__).parent / "server_templates"
MIB = 1024 * 1024
NGINX_FILE = "grades.nginx.conf"


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "server-files",
        help="write the nginx file and the systemd units for this configuration",
        description="Writes an nginx file and systemd units for PORTAL_URL and VAR_DIR into a folder. admin/PRODUCTION.md "
        "says where each goes.",
    )
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="the folder to write to")
    parser.add_argument(
        "--port", type=int, default=8000, help="the port that the portal listens on (default %(default)s)"
    )
    parser.add_argument(
        "--http-port", type=int, default=80, help="where http is sent on to https (default %(default)s)"
    )
    parser.add_argument("--certificate", default="/etc/grades/tls.crt", help="its certificate (default %(default)s)")
    parser.add_argument("--key", default="/etc/grades/tls.key", help="the certificate's key (default %(default)s)")
    parser.add_argument("--log-dir", default="/var/log/nginx", help="nginx's logs (default %(default)s)")
    parser.add_argument("--user", default="grades", help="the account that the portal runs as (default %(default)s)")
    parser.add_argument("--backups", default="/var/backups/grades", help="where backups go (default %(default)s)")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> None:
    """Write them and say where."""
    known = values(settings_from(), args)
    args.out.mkdir(parents=True, exist_ok=True)
    for template in sorted(TEMPLATES.iterdir()):
        target = args.out / (NGINX_FILE if template.name == "nginx.conf" else template.name)
        write_whole(target, filled_in(template.read_text(encoding="utf-8"), known))
        print(f"server-files: {target}")


def values(settings: Settings, args: argparse.Namespace) -> dict[str, str]:
    """What the templates ask for."""
    address = urlsplit(settings.portal_url)
    given = {name.replace("-", "_"): str(value) for name, value in vars(args).items()}
    return given | {
        "portal_url": settings.portal_url, "netloc": address.netloc, "host": address.hostname or "",
        "tls_port": str(address.port or 443), "root": str(ROOT), "var_dir": str(settings.var_dir),
        "largest": str(2 * MAX_REQUEST_BYTES // MIB), "headers": _added_headers(),
    }  # fmt: skip


def _added_headers() -> str:
    """For the two answers that nginx gives itself: the headers that the portal's answers have."""
    ours = HEADERS | STRICT_TRANSPORT | {"Cache-Control": "no-store"}
    return "\n".join(f'        add_header {name} "{value}" always;' for name, value in ours.items())


def filled_in(template: str, known: dict[str, str]) -> str:
    """The template with each @name@ replaced."""
    return re.sub(r"@(\w+)@", lambda found: known[found[1]], template)
