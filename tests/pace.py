"""How slow this machine is now, so that a bar in seconds means the same on a busy or an older one."""

from __future__ import annotations

import hashlib
import json
import time

ROUNDS = 100_000
QUIET_SECONDS = 0.4  # what the rounds take on the machine that the bars were measured on


def slowness() -> float:
    """How many times longer than there this machine computes the same now; never below 1."""
    began = time.process_time()
    for number in range(ROUNDS):
        hashlib.sha256(json.dumps({"number": number, "names": ["a", "b"]}, sort_keys=True).encode()).hexdigest()
    return max(1.0, (time.process_time() - began) / QUIET_SECONDS)
