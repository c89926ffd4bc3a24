"""`make model`: a long run of everything, then every seeded defect, each of which must be detected.

Exits with 1 if the run finds something wrong, or a defect is not detected.
"""

import argparse
import sys
import traceback
from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from backbone.testing.servers import running_servers
from tests.model.defects import DEFECTS
from tests.model.runs import FIRST_SEED, Detected, a_world, detect, run
from tests.model.world import World

SHOWN = 110

console = Console()


def main() -> int:
    options = _options()
    with running_servers() as servers, a_world(servers) as world:
        is_right = bool(options.only) or _long_run(options)
        are_detected = options.lives or _defects(world, options)
    return 0 if is_right and are_detected else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.model", description=__doc__)
    parser.add_argument("--seconds", type=float, default=600, help="of the run without defects")
    parser.add_argument("--seed", type=int, default=FIRST_SEED, help="the first one of the run")
    parser.add_argument("--shrink", action="store_true", help="look for the fewest steps that fail")
    parser.add_argument("--within", type=float, default=600, help="seconds that a defect may take")
    parser.add_argument("--lives", action="store_true", help="the run without defects only")
    parser.add_argument("--only", nargs="+", choices=DEFECTS, help="these defects, without the run")
    return parser.parse_args()


def _long_run(options: argparse.Namespace) -> bool:
    """Run without a defect; answer whether all was as it must be."""
    try:
        done = run(seconds=options.seconds, first=options.seed, shrink=options.shrink)
    except Exception:  # noqa: BLE001  (whatever it is, it is shown, and the defects follow)
        traceback.print_exc()
        return False
    pace = f"{done.steps_a_minute:.0f} steps a minute"
    console.print(f"{done.seeds} seeds, {done.steps} steps, {pace}: all is as it must be.")
    return True


def _defects(world: World, options: argparse.Namespace) -> bool:
    """Seed each defect and print what the model says; answer whether all were detected."""
    names = options.only or DEFECTS
    found: Sequence[Detected] = [_detect(world, name, options) for name in names]
    table = Table("defect", "detected", "seconds", "steps", "message")
    for each in found:
        detected = "yes" if each.said else "NO"
        seconds, steps = f"{each.run.seconds:.1f}", str(each.run.steps)
        table.add_row(each.defect.name, detected, seconds, steps, message_of(each))
    console.print(table)
    missed = [each.defect.name for each in found if each.said is None]
    console.print(f"{len(found) - len(missed)} of {len(found)} defects detected.")
    return not missed


def _detect(world: World, name: str, options: argparse.Namespace) -> Detected:
    """Seed one defect, saying so as it takes its time."""
    found = detect(world, DEFECTS[name], seconds=options.within, first=options.seed)
    console.print(f"{name}, {found.run.seconds:.0f} s: {message_of(found)}", highlight=False)
    return found


def message_of(found: Detected) -> str:
    """Return the first line of what the model says."""
    if found.unseeded:
        return f"Lives go wrong without this defect: {found.unseeded}"
    return escape((found.said or "").splitlines()[0][:SHOWN]) if found.said else "not detected"


sys.exit(main())
