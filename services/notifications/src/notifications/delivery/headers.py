"""Mail headers as RFC 2047 has them: Python's folding loses spaces next to encoded words."""

from email.header import Header
from email.headerregistry import Address

LONGEST_LINE = 76
"""Characters of a line with an encoded word (RFC 2047); the word itself has one less."""


def unstructured(name: str, text: str) -> str:
    """Encode a header of free text.

    Raise `HeaderParseError` if the text would begin another header.
    """
    return text if _fits(name, text) else _encoded(name, text)


def mailbox(name: str, address: Address) -> str:
    """Encode a header with a name and an address."""
    if not address.display_name or _fits(name, str(address)):
        return str(address)
    return f"{_encoded(name, address.display_name)}\r\n <{address.addr_spec}>"


def _fits(name: str, text: str) -> bool:
    """Return whether a text can stay unencoded, on one line."""
    plain = text.isascii() and text.isprintable() and "=?" not in text
    return plain and len(f"{name}: {text}") <= LONGEST_LINE


def _encoded(name: str, text: str) -> str:
    return Header(text, "utf-8", LONGEST_LINE, name).encode(linesep="\r\n")
