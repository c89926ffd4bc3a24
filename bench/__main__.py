"""`python -m bench [row …] [--quick]`, or `python -m bench --keep FILE …`."""

import argparse
import sys
import time
from pathlib import Path

import structlog

from backbone.service import tune_gc
from bench.cases import (
    api_command,
    assignment,
    coverage,
    emit_overhead,
    explanation,
    export,
    figures,
    growth,
    history,
    import_file,
    latency,
    memory,
    model_steps,
    named_figures,
    national_pairs,
    national_round,
    preview,
    projection,
    rebuild,
    relay,
    scorecards,
    two_processes,
    upload,
    workers,
)
from bench.harness.measure import measure
from bench.harness.results import PREVIOUS, NotKept, Previous, keep, rows_in, save
from bench.harness.servers import described, servers
from bench.harness.table import caption, table
from bench.harness.verdicts import Measured
from envol_local.signals import run_until_signal

CASES = (
    *(relay, latency, projection, api_command, two_processes, emit_overhead),
    *(import_file, upload, preview, export, memory, rebuild, workers),
    *(coverage, scorecards, figures, named_figures, explanation),
    *(assignment, national_pairs, national_round, history, growth),
    model_steps,
)
ROWS = {module.ROW.name: module.ROW for module in CASES}
WHEN_NAMED = [name for name, row in ROWS.items() if row.pairs == 1]
USUAL = [name for name in ROWS if name not in WHEN_NAMED]
KEEP = "measure nothing: the rows of these results become what later runs are compared with"
OF_WHICH = f"of {', '.join(ROWS)}; else all but {' and '.join(WHEN_NAMED)}, which take minutes"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("rows", nargs="*", metavar="row", help=OF_WHICH)
    parser.add_argument("--quick", action="store_true", help="smaller sizes, to see that it runs")
    parser.add_argument("--keep", nargs="+", type=Path, metavar="FILE", help=KEEP)
    options = parser.parse_args()
    if options.keep:
        try:
            print(f"Kept: {', '.join(keep(options.keep))}.")
        except NotKept as refusal:
            parser.error(str(refusal))
        return
    if unknown := set(options.rows) - set(ROWS):
        parser.error(f"there is no row {', '.join(sorted(unknown))}; there are {', '.join(ROWS)}")
    tune_gc()  # as `api` and `worker` do, for candidates and baselines alike
    structlog.configure(processors=[structlog.processors.JSONRenderer()])
    sys.exit(run_until_signal(lambda: run(options.rows or USUAL, quick=options.quick)))


async def run(names: list[str], *, quick: bool) -> int:
    """Measure the rows, print the table, and save it as JSON."""
    began = time.perf_counter()
    async with servers() as found:
        server = await described(found)
        measured = list[Measured]()
        for name in names:

            def report(what: str, name: str = name) -> None:
                print(f"{time.perf_counter() - began:5.0f} s  {name}: {what}", flush=True)

            pairs = await measure(ROWS[name], found, quick=quick, report=report)
            measured.append(Measured(ROWS[name], pairs))
    previous = Previous([] if quick else rows_in(PREVIOUS))
    print(f"\n{table(measured, previous, quick=quick)}\n")
    print(caption(measured, server, quick=quick))
    if not set(WHEN_NAMED) <= set(names):
        print(f"For minutes more: python -m bench {' '.join(WHEN_NAMED)}")
    print(f"Saved in {save(measured, server, quick=quick)}")
    return 0


if __name__ == "__main__":
    main()
