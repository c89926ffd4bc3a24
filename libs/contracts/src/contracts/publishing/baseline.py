"""The published messages, as the base of a comparison: commits of the repository, or a folder."""

import json
import subprocess
from collections.abc import Mapping
from os import environ
from pathlib import Path
from typing import Final

from contracts.publishing.compatibility import Published
from contracts.publishing.schemas import FOLDER, schema_files

EXAMPLES: Final = "examples"

MAIN: Final = ("origin/main", "main")
"""Branches whose commits count as published; the first that exists is used."""

HOOK_VARIABLES: Final = frozenset({"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"})
"""Variables that Git sets for hooks; they would redirect Git away from the library's folder."""


class NoSuchRevision(ValueError):
    """The commit is unknown to Git, or there is no repository."""


def from_code(library: Path) -> Published:
    """Return the schemas of today's classes, and the examples in the folder `library`."""
    schemas = {file: json.loads(text) for file, text in schema_files().items()}
    return Published(schemas, from_folder(library).examples)


def from_folder(folder: Path) -> Published:
    """Return the contents of `schemas` and `examples` in `folder`."""
    files = [path for part in (FOLDER, EXAMPLES) for path in (folder / part).glob("*.json")]
    return _published({path.relative_to(folder).as_posix(): path.read_bytes() for path in files})


def from_revision(library: Path, revision: str) -> Published:
    """Return the schemas and examples of the commit `revision`; raise `NoSuchRevision`."""
    if _commit(library, revision) is None:
        raise NoSuchRevision(
            f"Git knows no commit {revision!r} here; name one it knows with --against."
        )
    listed = _git(library, "ls-tree", "-r", "--name-only", revision, "--", FOLDER, EXAMPLES) or b""
    files = listed.decode().splitlines()
    return _published({file: _git(library, "show", f"{revision}:./{file}") for file in files})


def published_revisions(library: Path) -> list[str]:
    """Return the commits to compare with: where a branch left main; on main, its last two.

    Two, so that a breaking change is found before it is committed as well as after.
    """
    if _git(library, "rev-parse", "--git-dir") is None:
        raise NoSuchRevision(
            "Git finds no repository here to compare with; name a folder with --against-folder."
        )
    head = _commit(library, "HEAD")
    main = next((found for name in MAIN if (found := _commit(library, name))), "HEAD")
    left = (_git(library, "merge-base", "HEAD", main) or b"").decode().strip()
    if left and left != head:
        return [left]
    return [name for name in ("HEAD", "HEAD^") if _commit(library, name)]


def _published(files: Mapping[str, bytes | None]) -> Published:
    contents = {file: content or b"" for file, content in sorted(files.items())}
    schemas = {f: json.loads(text) for f, text in contents.items() if f.startswith(f"{FOLDER}/")}
    examples = {f: content for f, content in contents.items() if f.startswith(f"{EXAMPLES}/")}
    return Published(schemas, examples)


def _commit(library: Path, name: str) -> str | None:
    found = _git(library, "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
    return found.decode().strip() if found else None


def _git(folder: Path, *arguments: str) -> bytes | None:
    """Return the output of Git, or None if it fails or is not installed."""
    try:
        process = subprocess.run(  # noqa: S603
            ["git", "-C", str(folder), *arguments],  # noqa: S607
            capture_output=True,
            check=False,
            env={name: value for name, value in environ.items() if name not in HOOK_VARIABLES},
        )
    except FileNotFoundError:
        return None
    return process.stdout if process.returncode == 0 else None
