"""E-mail addresses, as people write them and as every mail server takes them."""

import idna


class UnusableAddress(ValueError):  # noqa: N818
    """No mail can be sent to this address; the message says why, without the address."""


def as_sent(email: str) -> str:
    """Write an address with its domain in A-labels, such as amina@xn--caf-dma.fr for café.fr."""
    local, at, domain = email.rpartition("@")
    if not local.isascii():
        raise UnusableAddress("The e-mail address has an accent before its @. Ask for another.")
    if domain.isascii():
        return email
    try:
        return f"{local}{at}{idna.encode(domain, uts46=True).decode('ascii')}"
    except idna.IDNAError as wrong:
        raise UnusableAddress(
            "The e-mail address's domain cannot exist. Ask for another."
        ) from wrong
