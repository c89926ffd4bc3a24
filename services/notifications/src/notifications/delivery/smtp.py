"""The SMTP transport: many messages over one connection."""

import asyncio
import socket
from contextlib import suppress
from datetime import UTC, datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as FOR_SMTP
from email.utils import parseaddr

from aiosmtplib import (
    SMTP,
    SMTPDataError,
    SMTPException,
    SMTPRecipientRefused,
    SMTPRecipientsRefused,
)

from notifications.delivery.headers import mailbox, unstructured
from notifications.delivery.rendering import on_one_line
from notifications.delivery.sender import OutgoingMessage
from notifications.domain.addresses import as_sent
from notifications.domain.messages import Accepted, Outcome, Rejected, TemporaryFailure
from notifications.settings import NotificationsSettings

FOR_GOOD = 500
MAILBOX_FULL = 552
MAY_CHANGE = ("5.2.2", "5.7.")  # a full box; a policy (RFC 3463)
AS_SENT = FOR_SMTP.clone(cte_type="7bit", refold_source="none")
"""Plain ASCII, which every server accepts; encoded headers are not folded again."""


class MailServer:
    """A connection that is opened for a message and closed when no other is due."""

    def __init__(self, settings: NotificationsSettings) -> None:
        name, address = parseaddr(settings.mail_from)
        self.sender = Address(display_name=name, addr_spec=as_sent(address))
        self.settings = settings
        self._client: SMTP | None = None

    async def deliver(self, outgoing: OutgoingMessage) -> Outcome:
        """Send a message; refusals and failures of the server are results, not errors."""
        try:
            mail = compose(outgoing, sender=self.sender)
        except (ValueError, IndexError, MessageError):
            return Rejected("The e-mail address cannot be used.")
        try:
            async with asyncio.timeout(self.settings.send_timeout_seconds):
                client = await self._connected()
                await client.sendmail(self.sender.addr_spec, [outgoing.address], mail.as_bytes())
        except (SMTPException, OSError) as failure:
            self._disconnect()
            return classify_failure(failure)
        return Accepted()

    async def close_idle(self) -> None:
        """Close the connection until another message is due."""
        if self._client is not None:
            with suppress(SMTPException, OSError):
                await self._client.quit(timeout=2)
        self._disconnect()

    async def _connected(self) -> SMTP:
        if self._client is None:
            self._client = self._create_client()
            await self._client.connect()
        return self._client

    def _create_client(self) -> SMTP:
        password = self.settings.smtp_password
        return SMTP(
            hostname=self.settings.smtp_host,
            port=self.settings.smtp_port,
            use_tls=self.settings.mail_security == "tls",
            start_tls=self.settings.mail_security == "starttls",
            username=self.settings.smtp_user,
            password=password.get_secret_value() if password else None,
            local_hostname=socket.gethostname(),
            timeout=self.settings.send_timeout_seconds,
        )

    def _disconnect(self) -> None:
        if self._client is not None:
            self._client.close()
            self._client = None


def compose(outgoing: OutgoingMessage, *, sender: Address) -> EmailMessage:
    """Return the e-mail; its `Message-ID` is the same in each attempt.

    Raise `ValueError`, `IndexError` or `MessageError` for an invalid address.
    """
    mail = EmailMessage(policy=AS_SENT)
    mail["Message-ID"] = f"<{outgoing.id}@{sender.domain}>"
    mail["Date"] = datetime.now(UTC)
    reader = Address(display_name=on_one_line(outgoing.name) or "", addr_spec=outgoing.address)
    mail.set_raw("From", mailbox("From", sender))
    mail.set_raw("To", mailbox("To", reader))
    mail.set_raw("Subject", unstructured("Subject", outgoing.rendered.subject or ""))
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(outgoing.rendered.text)
    mail.add_alternative(outgoing.rendered.html, subtype="html")
    if outgoing.entry:
        mail.add_attachment(
            outgoing.entry,
            maintype="text",
            subtype="calendar",
            filename="envol.ics",
            params={"charset": "utf-8", "method": "PUBLISH"},
        )
    mail["Content-Language"] = outgoing.language
    return mail


def classify_failure(failure: Exception) -> Outcome:
    """Return a permanent failure if it concerns this reader or this mail, else a temporary one.

    A server that rejects us (our login, our sender's address) may accept us later.
    """
    if isinstance(failure, SMTPRecipientsRefused):
        failure = failure.recipients[0]
    if isinstance(failure, SMTPDataError | SMTPRecipientRefused) and failure.code >= FOR_GOOD:
        reason = f"{failure.code} {failure.message}"
        return Rejected(reason, of_address=_is_of_address(failure))
    return TemporaryFailure(_reason(failure))


def _is_of_address(failure: SMTPDataError | SMTPRecipientRefused) -> bool:
    """Return whether the address does not exist; a full mailbox or a policy may change."""
    at_recipient = isinstance(failure, SMTPRecipientRefused) and failure.code != MAILBOX_FULL
    return at_recipient and not failure.message.startswith(MAY_CHANGE)


def _reason(failure: Exception) -> str:
    code = getattr(failure, "code", None)
    text = str(getattr(failure, "message", "")) or str(failure) or type(failure).__name__
    return f"{code} {text}" if code else text
