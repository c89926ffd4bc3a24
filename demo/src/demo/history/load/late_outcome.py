"""An outcome that is told long after it was found: what was known before stays askable."""

import time
from datetime import date
from io import BytesIO

from demo.client import EnvolClient
from demo.history.check.published_figures import Reporting
from demo.history.days import TOLD_ON
from demo.history.ledger import Ledger
from demo.history.load.loader import LoadStalled

FOUND_ON = date(2013, 12, 20)
FILE = "late.csv"
PATIENCE = 300.0  # seconds


def told_at(envol: EnvolClient) -> str | None:
    """The instant it was told, if it was."""
    sent = (one for one in envol.pages("matching", "/imports") if one["file"] == FILE)
    return next((str(one["sent_at"]) for one in sent), None)


def tell(envol: EnvolClient, ledger: Ledger) -> str:
    """Tell it, once, and wait until it is reported; answer the instant before."""
    if told := told_at(envol):
        return told
    reporting = Reporting(envol, known_at=None)
    counted = reporting.count("outcomes", TOLD_ON)
    sent = envol.upload("matching", "outcomes", FILE, _file(ledger), role="coordinator")
    patience = time.monotonic() + PATIENCE
    while reporting.count("outcomes", TOLD_ON) == counted:
        if time.monotonic() > patience:
            raise LoadStalled(f"An outcome was not reported within {PATIENCE:.0f} s.")
        time.sleep(0.2)
    return str(sent["sent_at"])


def _file(ledger: Ledger) -> BytesIO:
    """Of the first mentee of whom nothing was known by then."""
    found = {row.mentee for row in ledger.history.outcomes}
    pairings = ledger.history.pairings
    late = next(
        row
        for row in pairings
        if row.accepted_on and row.accepted_on < TOLD_ON and row.mentee not in found
    )
    header = "reference,mentee,pairing,found_on,contract,months,fits_qualification,evidence"
    row = f"I-late,{late.mentee},{late.reference},{FOUND_ON},cdi,,yes,contract_seen"
    return BytesIO(f"{header}\n{row}\n".encode())
