"""What may be attached to a convention: what a signed paper is scanned or written as."""

from backbone.errors import Invalid

BEGINNINGS: dict[bytes, tuple[str, str]] = {
    b"%PDF-": ("application/pdf", ".pdf"),
    b"\x89PNG\r\n\x1a\n": ("image/png", ".png"),
    b"\xff\xd8\xff": ("image/jpeg", ".jpg"),
}
"""How the files begin that are taken, whatever they are called: their type, and their ending."""


class WrongFile(Invalid, kind="wrong-file"):
    """The file is of no kind that is taken, or holds nothing."""


def media_type(beginning: bytes) -> str:
    """What kind of file begins so. Raises `WrongFile` for any that is not taken."""
    for signature, (found, _) in BEGINNINGS.items():
        if beginning.startswith(signature):
            return found
    raise WrongFile("Only PDF, PNG and JPEG are taken. Save the document as PDF, then send it.")


def file_name(said: str | None, media_type: str) -> str:
    """How a document is called: its last part, without what could mislead a browser."""
    ending = next(e for found, e in BEGINNINGS.values() if found == media_type)
    bare = (said or "document").replace("\\", "/").rsplit("/", 1)[-1]
    clean = "".join(sign for sign in bare if sign.isprintable() and sign not in '"<>:|?*').strip()
    stem = clean.rpartition(".")[0] or clean
    return f"{stem[:100].strip('. ') or 'document'}{ending}"
