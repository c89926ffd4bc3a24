"""Which port each part listens on."""

import random
import socket
from collections.abc import Iterable, Mapping

from envol_local.errors import Trouble

SERVICES = ("matching", "partners", "notifications", "reporting")
HOST = "127.0.0.1"
BASE = 8100
OFFSETS = {
    "matching-api": 1,
    "partners-api": 2,
    "notifications-api": 3,
    "reporting-api": 4,
    "matching-worker": 11,
    "partners-worker": 12,
    "notifications-worker": 13,
    "reporting-worker": 14,
    "identity": 20,
    "mails-page": 21,
    "smtp": 25,
    "smpp": 27,
    "postgres": 32,
    "kafka": 92,
    "kafka-controller": 93,
}
# Below the range that Linux gives to outgoing connections, which could take a port first.
QUIET_RANGE = range(20_000, 32_000)
LOWEST, HIGHEST = 1_024, 65_535

Ports = Mapping[str, int]


def usual_ports(environ: Mapping[str, str]) -> dict[str, int]:
    """Give every part its port, counted from ENVOL_PORT_BASE."""
    text = environ.get("ENVOL_PORT_BASE", str(BASE))
    highest = HIGHEST - max(OFFSETS.values())
    if not text.isdecimal() or not LOWEST <= int(text) <= highest:
        raise Trouble(
            f"ENVOL_PORT_BASE is {text!r}: set it to a number from {LOWEST} to {highest}."
        )
    return {name: int(text) + offset for name, offset in OFFSETS.items()}


def free_ports(names: Iterable[str] = OFFSETS) -> dict[str, int]:
    """Give each name a port that nobody listens on at this moment."""
    candidates = random.sample(QUIET_RANGE, 1_000)
    free = (port for port in candidates if is_free(port))
    return {name: next(free) for name in names}


def is_free(port: int) -> bool:
    """Return whether a server could listen on the port now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True
