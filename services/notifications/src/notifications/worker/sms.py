"""The SMS transport: sends messages, and collects the receipts that arrive later."""

import asyncio
import time

import structlog

from notifications.domain.messages import Outcome, Postponed
from notifications.settings import NotificationsSettings
from notifications.worker.sender import Letter
from notifications.worker.smpp import BROKEN, Link

BIND_AGAIN_AFTER = 5.0

log = structlog.get_logger()


class SmsCentre:
    """A persistent session (receipts arrive at any time), connected again after a failure."""

    def __init__(self, settings: NotificationsSettings) -> None:
        self.settings = settings
        self._link: Link | None = None
        self.receipts: dict[str, str] = {}
        self._bound_at = -BIND_AGAIN_AFTER

    async def carry(self, letter: Letter) -> Outcome:
        """Send a message; refusals and failures of the centre are results, not errors."""
        return await asyncio.to_thread(self._carry, letter)

    async def listen(self) -> None:
        """Collect the received receipts in `receipts`: the final state of each part, by its id."""
        await asyncio.to_thread(self._listen)

    async def leave(self) -> None:
        await asyncio.to_thread(self._hang_up)

    def _carry(self, letter: Letter) -> Outcome:
        try:
            return self._bound().submit(letter.address, letter.written.text)
        except BROKEN as failure:
            self._hang_up()
            return Postponed(str(failure) or "The SMS centre does not answer.")

    def _listen(self) -> None:
        if self._link is None and time.monotonic() - self._bound_at < BIND_AGAIN_AFTER:
            return
        try:
            link = self._bound()
            link.listen()
        except BROKEN as failure:
            log.warning("no link to the SMS centre", reason=str(failure))
            self._hang_up()
        else:
            self._take_receipts(link)

    def _bound(self) -> Link:
        if self._link is None:
            self._bound_at = time.monotonic()
            self._link = Link(self.settings)
            self._link.bind()
        return self._link

    def _hang_up(self) -> None:
        if self._link is not None:
            self._link.close()
            self._take_receipts(self._link)
            self._link = None

    def _take_receipts(self, link: Link) -> None:
        self.receipts |= link.receipts
        link.receipts.clear()
