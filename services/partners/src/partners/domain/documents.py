"""The file formats of documents that can be attached to a convention."""

from backbone.errors import Invalid

FORMATS: dict[bytes, tuple[str, str]] = {
    b"%PDF-": ("application/pdf", ".pdf"),
    b"\x89PNG\r\n\x1a\n": ("image/png", ".png"),
    b"\xff\xd8\xff": ("image/jpeg", ".jpg"),
}
"""The media type and file extension of each accepted format, by the first bytes of its files."""


class WrongFile(Invalid, kind="wrong-file"):
    """A file of no accepted format, or an empty one."""


def media_type(beginning: bytes) -> str:
    """Return the media type of a file by its first bytes; raise `WrongFile`."""
    for signature, (accepted, _) in FORMATS.items():
        if beginning.startswith(signature):
            return accepted
    raise WrongFile("Only PDF, PNG and JPEG are accepted. Save the document as PDF, then send it.")


def file_name(name: str | None, media_type: str) -> str:
    """Return a safe file name with the extension of `media_type`, without a path."""
    extension = next(e for accepted, e in FORMATS.values() if accepted == media_type)
    bare = (name or "document").replace("\\", "/").rsplit("/", 1)[-1]
    clean = "".join(sign for sign in bare if sign.isprintable() and sign not in '"<>:|?*').strip()
    stem = clean.rpartition(".")[0] or clean
    return f"{stem[:100].strip('. ') or 'document'}{extension}"
