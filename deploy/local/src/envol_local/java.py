"""Java programs, started fast rather than tuned for long runs."""

from collections.abc import Iterable

from envol_local.jars import class_path
from envol_local.places import Clone

QUICK = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto")


def java(
    clone: Clone, part: str, main: str, *, memory: str, options: Iterable[str] = ()
) -> tuple[str, ...]:
    """Give the command that runs a class of a part; `memory` is the most its heap may take."""
    flags = (*QUICK, f"-Xmx{memory}", "-Djava.net.preferIPv4Stack=true", *options)
    return ("java", *flags, "-cp", class_path(clone, part), main)
