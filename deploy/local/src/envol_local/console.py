"""The launcher's output: one short line for each step."""

import contextlib
import sys
import time
from collections.abc import Iterator, Mapping

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from envol_local.errors import Failed, Trouble

OUT = Console(highlight=False, soft_wrap=True)
ERR = Console(highlight=False, soft_wrap=True, file=sys.stderr)


@contextlib.contextmanager
def step(what: str, to: Console = OUT) -> Iterator[None]:
    """Say what was done and how long it took, once it is done."""
    began = time.monotonic()
    yield
    to.print(f"  [green]✓[/] {escape(what):<46} [dim]{time.monotonic() - began:5.1f} s[/]")


def say(what: str) -> None:
    OUT.print(escape(what))


def warn(what: str) -> None:
    """Say what went wrong but is being dealt with."""
    ERR.print(f"  [yellow]![/] {escape(what)}")


def explain(trouble: Trouble, *, log_is_kept: bool = True) -> None:
    """Say why the stack cannot go on, with the end of the log."""
    ERR.print(f"[red]{escape(str(trouble))}[/]")
    if isinstance(trouble, Failed):
        for line in trouble.tail:
            ERR.print(f"    {escape(line)}", style="dim")
        if log_is_kept:
            ERR.print(f"  The whole log: {escape(str(trouble.log))}")


def list_addresses(addresses: Mapping[str, str]) -> None:
    """Print the addresses as a table."""
    table = Table.grid(padding=(0, 3))
    for name, address in addresses.items():
        table.add_row(f"  {name}", address)
    OUT.print(table)
