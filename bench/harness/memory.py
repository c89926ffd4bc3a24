"""The peak memory of a process."""

from pathlib import Path


def peak(pid: int) -> float:
    """Return the most memory that a process has had at once, in MB."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    [kilobytes] = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:")]
    return int(kilobytes) / 1_000
