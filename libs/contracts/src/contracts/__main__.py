"""Generated files of the contracts, and the compatibility check: `python -m contracts --help`."""

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from contracts.publishing import asyncapi, baseline, compatibility, schemas

LIBRARY: Final = Path(__file__).parents[2]
GENERATE: Final = "python -m contracts schemas"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command that `arguments` name, and return its exit code."""
    options = _parser().parse_args(arguments)
    if not (options.library / "pyproject.toml").is_file():
        return _say([f"{options.library} is not the library's folder; name it with --library."])
    code: int = options.run(options)
    return code


def generate(options: Namespace) -> int:
    """Write the generated files, or with `--check` only list the stale ones."""
    expected = schemas.schema_files() | {asyncapi.FILE: schemas.as_text(asyncapi.asyncapi())}
    if options.check:
        stale = schemas.stale_files(expected, options.library)
        return _say(
            f"{name} is stale: run `{GENERATE}` and commit what it writes." for name in stale
        )
    for name in schemas.write_files(expected, options.library):
        _print(f"{name} {'written' if name in expected else 'removed'}")
    return 0


def compatible(options: Namespace) -> int:
    """Compare the messages of the code with those already published."""
    try:
        bases = list(_bases(options))
    except baseline.NoSuchRevision as unknown:
        return _say([str(unknown)])
    now = baseline.from_code(options.library)
    if not any(before.schemas or before.examples for before in bases):
        _print("Nothing is published yet, so there is nothing to break.")
    broken = [found for before in bases for found in compatibility.breaks(before, now)]
    return _say(dict.fromkeys(map(str, broken)))


def _bases(options: Namespace) -> Iterator[compatibility.Published]:
    if options.against_folder:
        yield baseline.from_folder(options.against_folder)
        return
    revisions = (
        [options.against] if options.against else baseline.published_revisions(options.library)
    )
    for revision in revisions:
        yield baseline.from_revision(options.library, revision)


def _parser() -> ArgumentParser:
    parser = ArgumentParser(prog="python -m contracts", description=__doc__)
    parser.add_argument("--library", type=Path, default=LIBRARY, help="the library's folder")
    commands = parser.add_subparsers(required=True, metavar="command")

    command = commands.add_parser("schemas", help="write the JSON Schemas and the AsyncAPI file")
    command.add_argument("--check", action="store_true", help="write nothing, name what is stale")
    command.set_defaults(run=generate)

    command = commands.add_parser("compatible", help="fail if a change breaks a published message")
    base = command.add_mutually_exclusive_group()
    base.add_argument(
        "--against",
        metavar="REV",
        help="the published commit; else where this branch left main, on main its last two",
    )
    base.add_argument(
        "--against-folder", type=Path, metavar="DIR", help="a folder with schemas and examples"
    )
    command.set_defaults(run=compatible)
    return parser


def _say(sentences: Iterable[str]) -> int:
    """Print each sentence on stderr; return 1 if there is one, else 0."""
    lines = list(sentences)
    for line in lines:
        sys.stderr.write(f"{line}\n")
    return 1 if lines else 0


def _print(line: str) -> None:
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    sys.exit(main())
