"""The SMS transport: sends messages, and collects the receipts that arrive later."""

import asyncio
import time

import structlog

from notifications.delivery.sender import OutgoingMessage
from notifications.delivery.smpp import BROKEN, SmppSession
from notifications.domain.messages import Outcome, TemporaryFailure
from notifications.settings import NotificationsSettings

BIND_AGAIN_AFTER = 5.0

log = structlog.get_logger()


class SmsCentre:
    """A persistent session (receipts arrive at any time), connected again after a failure."""

    def __init__(self, settings: NotificationsSettings) -> None:
        self.settings = settings
        self._session: SmppSession | None = None
        self.receipts: dict[str, str] = {}
        self._bound_at = -BIND_AGAIN_AFTER

    async def deliver(self, outgoing: OutgoingMessage) -> Outcome:
        """Send a message; refusals and failures of the centre are results, not errors."""
        return await asyncio.to_thread(self._deliver, outgoing)

    async def poll_receipts(self) -> None:
        """Collect the received receipts in `receipts`: the final state of each part, by its id."""
        await asyncio.to_thread(self._poll_receipts)

    async def close(self) -> None:
        await asyncio.to_thread(self._disconnect)

    def _deliver(self, outgoing: OutgoingMessage) -> Outcome:
        try:
            return self._bound().submit(outgoing.address, outgoing.rendered.text)
        except BROKEN as failure:
            self._disconnect()
            return TemporaryFailure(str(failure) or "The SMS centre does not answer.")

    def _poll_receipts(self) -> None:
        if self._session is None and time.monotonic() - self._bound_at < BIND_AGAIN_AFTER:
            return
        try:
            session = self._bound()
            session.poll()
        except BROKEN as failure:
            log.warning("no link to the SMS centre", reason=str(failure))
            self._disconnect()
        else:
            self._take_receipts(session)

    def _bound(self) -> SmppSession:
        if self._session is None:
            self._bound_at = time.monotonic()
            self._session = SmppSession(self.settings)
            self._session.bind()
        return self._session

    def _disconnect(self) -> None:
        if self._session is not None:
            self._session.close()
            self._take_receipts(self._session)
            self._session = None

    def _take_receipts(self, session: SmppSession) -> None:
        self.receipts |= session.receipts
        session.receipts.clear()
