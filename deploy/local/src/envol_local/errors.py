"""Errors for the person at the terminal, each a sentence that says what to do."""

from pathlib import Path

LINES_SHOWN = 15


class Trouble(Exception):
    """The stack cannot go on; the text is one sentence that says what to do."""


class Failed(Trouble):
    """A program failed; keeps the last lines of its log, even when the log is deleted later."""

    def __init__(self, sentence: str, log: Path) -> None:
        super().__init__(sentence)
        self.log = log
        self.tail = last_lines(log)


def last_lines(log: Path) -> list[str]:
    """Give the last lines of a log that say something."""
    return [line for line in read(log).splitlines() if line.strip()][-LINES_SHOWN:]


def read(log: Path) -> str:
    """Return the text of a log, which is empty if there is none."""
    try:
        return log.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
