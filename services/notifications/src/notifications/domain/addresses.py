"""E-mail addresses in the form that every mail server accepts."""

import idna


class UnusableAddress(ValueError):
    """An address to which no mail can be sent; the error states why, without the address."""


def as_sent(email: str) -> str:
    """Return `email` with its domain in A-labels (xn--caf-dma.fr); raise `UnusableAddress`."""
    local, at, domain = email.rpartition("@")
    if not local.isascii():
        raise UnusableAddress("The e-mail address has an accent before its @. Ask for another.")
    if domain.isascii():
        return email
    try:
        return f"{local}{at}{idna.encode(domain, uts46=True).decode('ascii')}"
    except idna.IDNAError as error:
        raise UnusableAddress(
            "The e-mail address's domain cannot exist. Ask for another."
        ) from error
