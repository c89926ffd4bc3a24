"""An outcome recorded long after its day; earlier knowledge stays available through `known_at`."""

import time
from datetime import date
from io import BytesIO

from demo.client import EnvolClient
from demo.history.check.published_figures import Reporting
from demo.history.days import PUBLISHED_ON
from demo.history.ledger import Ledger
from demo.history.load.loader import LoadStalled

FOUND_ON = date(2013, 12, 20)
FILE = "late.csv"
PATIENCE = 300.0  # seconds


def recorded_at(envol: EnvolClient) -> str | None:
    """Return the instant at which it was recorded, if it was."""
    imports = (one for one in envol.pages("matching", "/imports") if one["file"] == FILE)
    return next((str(one["sent_at"]) for one in imports), None)


def record(envol: EnvolClient, ledger: Ledger) -> str:
    """Record the outcome once, and wait until it is reported; return the instant before."""
    if recorded := recorded_at(envol):
        return recorded
    reporting = Reporting(envol, known_at=None)
    counted = reporting.count("outcomes", PUBLISHED_ON)
    import_ = envol.upload("matching", "outcomes", FILE, _file(ledger), role="coordinator")
    deadline = time.monotonic() + PATIENCE
    while reporting.count("outcomes", PUBLISHED_ON) == counted:
        if time.monotonic() > deadline:
            raise LoadStalled(f"An outcome was not reported within {PATIENCE:.0f} s.")
        time.sleep(0.2)
    return str(import_["sent_at"])


def _file(ledger: Ledger) -> BytesIO:
    """Return a CSV file with an outcome of the first mentee that has none."""
    found = {row.mentee for row in ledger.history.outcomes}
    pairings = ledger.history.pairings
    pairing = next(
        row
        for row in pairings
        if row.accepted_on and row.accepted_on < PUBLISHED_ON and row.mentee not in found
    )
    header = "reference,mentee,pairing,found_on,contract,months,fits_qualification,evidence"
    row = f"I-late,{pairing.mentee},{pairing.reference},{FOUND_ON},cdi,,yes,contract_seen"
    return BytesIO(f"{header}\n{row}\n".encode())
