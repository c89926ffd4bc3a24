"""What others can see of Envol, as it was last accepted: one file for each kind of thing.

A client, a consumer, a database, a dashboard and a reader of logs rely on it, whatever classes,
functions and modules are called. `make snapshots` accepts what there is.
"""

import difflib
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent
SERVICES: Final = ("matching", "notifications", "partners", "reporting")


def accepted() -> set[str]:
    """Return the names of the accepted files."""
    files = (path for path in FOLDER.rglob("*") if path.suffix in {".json", ".txt"})
    return {path.relative_to(FOLDER).as_posix() for path in files}


def differences(name: str, text: str) -> str:
    """Return how a text differs from what was accepted, as a unified diff; empty if it does not."""
    path = FOLDER / name
    before = path.read_text(encoding="utf-8") if path.is_file() else ""
    lines = difflib.unified_diff(
        before.splitlines(), text.splitlines(), f"{name}, accepted", f"{name}, now", lineterm=""
    )
    return "\n".join(lines)


def write(name: str, text: str) -> None:
    """Accept a text."""
    path = FOLDER / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
