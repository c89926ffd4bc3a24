"""Storage of attached files outside the database, each named by the digest of its content."""

import hashlib
import os
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, BinaryIO, NamedTuple
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.errors import NotFound, TooLarge
from partners.domain.documents import media_type
from partners.domain.tables import Document

BLOCK = 1 << 18


class StoredFile(NamedTuple):
    """The digest, media type and size of a stored file."""

    sha256: str
    media_type: str
    bytes: int


class Documents:
    """A folder of immutable files; the same content is stored once."""

    def __init__(self, folder: Path, *, most: int) -> None:
        self.folder, self.most = folder, most

    def keep(self, file: BinaryIO) -> StoredFile:
        """Store a file and flush it to disk before the document's row is committed.

        Raises `WrongFile` for a format that is not accepted, `TooLarge` beyond `most` bytes.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        kind = media_type(file.read(16))
        file.seek(0)
        with NamedTemporaryFile(dir=self.folder, prefix=".", delete=False) as written:
            try:
                digest, size = self._copy(file, written)
                Path(written.name).replace(self.path(digest))
            except BaseException:
                Path(written.name).unlink(missing_ok=True)
                raise
        return StoredFile(digest, kind, size)

    def _copy(self, file: BinaryIO, into: IO[bytes]) -> tuple[str, int]:
        digest, size = hashlib.sha256(), 0
        for block in iter(lambda: file.read(BLOCK), b""):
            size += len(block)
            if size > self.most:
                raise TooLarge(f"It is larger than {self.most >> 20} MB. Send a smaller document.")
            digest.update(block)
            into.write(block)
        into.flush()
        os.fsync(into.fileno())
        return digest.hexdigest(), size

    def remove(self, sha256: str) -> None:
        """Delete a file that no document refers to any more; a missing file is no error."""
        self.path(sha256).unlink(missing_ok=True)

    def path(self, sha256: str) -> Path:
        return self.folder / sha256


async def has_other(session: AsyncSession, document: Document) -> bool:
    """Return whether another document has the same content."""
    query = select(Document.id).where(
        Document.sha256 == document.sha256, col(Document.id) != document.id
    )
    return (await session.exec(query.limit(1))).first() is not None


async def document(session: AsyncSession, convention_id: UUID, document_id: UUID) -> Document:
    found = await session.get(Document, document_id)
    if found is None or found.convention_id != convention_id:
        raise NotFound("There is no such document. Look for it among those of the convention.")
    return found
