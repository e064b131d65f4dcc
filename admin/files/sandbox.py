"""What a process that looks into a file may do: compute, and answer. Nothing here needs rights of an administrator.

The limits of every Unix come first: no new descriptor at all, so that nothing can be opened, neither file nor network, and no new
process. Where the kernel has them its own walls stand behind (Linux): a network of its own that leads nowhere, and Landlock, which
takes every file and program away. `holes` tries them from inside; `manage check` names what is open.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import socket
import struct
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

_LIBC = ctypes.CDLL(None, use_errno=True)
_NO_NEW_RIGHTS, _NOT_READ_BY_OTHERS = (38, 1), (4, 0)  # of prctl
_OWN_USERS, _OWN_NETWORK = 0x10000000, 0x40000000  # of unshare
_MAKE_RULES, _ENTER = 444, 446  # Landlock's system calls, the same on every machine
_ASK_VERSION = 1
_NOBODY = 65534
# Rights on files by Landlock's version, on connections from its fourth, and beyond oneself (signals) from its sixth.
_FILE_RIGHTS = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1}
_ALL_FILE_RIGHTS = (1 << 16) - 1


def shut_in(line: int) -> None:
    """From here on this process has standard error and `line`, and gets nothing more. It must have read all that it needs."""
    os.closerange(3, line)
    os.closerange(line + 1, resource.getrlimit(resource.RLIMIT_NOFILE)[0] if line < 1024 else line + 1024)
    os.chdir("/")
    for wall in WALLS.values():
        wall()


def _leave_root() -> None:
    """Be nobody: root is above the limit of processes, and may end everybody's."""
    if os.geteuid() != 0:
        return
    with contextlib.suppress(OSError):  # a container may keep the right to it; `holes` tells
        os.setgroups([])
        os.setresgid(_NOBODY, _NOBODY, _NOBODY)
        os.setresuid(_NOBODY, _NOBODY, _NOBODY)


def _write_nothing() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def _leave_no_core() -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _begin_no_process() -> None:
    """What it limits is those of its user: of root, who is above it, it is nobody by then."""
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))


def _get_no_new_rights() -> None:
    _LIBC.prctl(*_NO_NEW_RIGHTS, 0, 0, 0)


def _be_read_by_nobody() -> None:
    _LIBC.prctl(*_NOT_READ_BY_OTHERS, 0, 0, 0)


def _have_own_network() -> None:
    if _LIBC.unshare(_OWN_USERS | _OWN_NETWORK) != 0:
        _LIBC.unshare(_OWN_NETWORK)


def _get_no_descriptor() -> None:
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))


def _enter_landlock() -> None:
    """Take every right away that the kernel's version of Landlock knows; nothing where it has none."""
    version = _LIBC.syscall(_MAKE_RULES, None, ctypes.c_size_t(0), _ASK_VERSION)
    if version < 1:
        return
    rights = _FILE_RIGHTS.get(version, _ALL_FILE_RIGHTS)
    rules = struct.pack("=QQQ", rights, 3 if version >= 4 else 0, 3 if version >= 6 else 0)
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    number = _LIBC.syscall(_MAKE_RULES, ctypes.c_char_p(rules), ctypes.c_size_t(size), 0)
    if number >= 0:
        _LIBC.syscall(_ENTER, number, 0)
        os.close(number)


# In this order: the last are what the others need to be put up, such as a descriptor for Landlock's rules.
WALLS: Mapping[str, Callable[[], None]] = {
    "nobody": _leave_root,
    "file size": _write_nothing,
    "core": _leave_no_core,
    "processes": _begin_no_process,
    "new rights": _get_no_new_rights,
    "being read": _be_read_by_nobody,
    "network": _have_own_network,
    "landlock": _enter_landlock,
    "descriptors": _get_no_descriptor,
}


def start_a_program() -> None:
    """Become another program, which answers nobody; raises `OSError` where that is not to be had."""
    os.execv(sys.executable, [sys.executable, "-V"])


def holes() -> list[str]:
    """What this process can do that it should not be able to: tried, not looked up."""
    found = []
    for name, attempt in (("files", _opens), ("network", _connects), ("processes", _forks)):
        try:
            if attempt():
                found.append(name)
        except OSError:
            continue
    return found


def _opens() -> bool:
    with Path("/proc/self/status").open("rb"):
        return True


def _connects() -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as way:
        way.connect(("127.0.0.1", 9))
    return True


def _forks() -> bool:
    if (child := os.fork()) == 0:
        os._exit(0)
    with contextlib.suppress(ChildProcessError):  # reaped already, where whoever began this waits for nobody
        os.waitpid(child, 0)
    return True
