"""The register of erased persons, so that a file or a form does not create them again.

Only salted hashes are stored, of a reference, an e-mail address, a phone number: a person who comes
back is recognised, and nobody can be read from the table.
"""

import hmac
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from functools import cache

from sqlalchemy import delete
from sqlmodel import Field, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.database.bulk import in_array, upsert
from backbone.database.tables import BackboneTable
from backbone.errors import Refused
from backbone.privacy.erasure import COMPARED_DIGITS
from backbone.settings import Erasures


class ErasedKey(BackboneTable, table=True):
    """A salted hash of an identifier of an erased person, and the date of the erasure."""

    __tablename__ = "erased_key"

    key: str = Field(primary_key=True)
    erased_on: date


class ErasedBefore(Refused, kind="erased-before"):
    """An erased person who would be stored again without having asked for it."""


@cache
def _salt() -> bytes:
    return Erasures().erasure_salt.encode()


def keys_of(
    *, email: str | None = None, phone: str | None = None, **names: str | None
) -> frozenset[str]:
    """Return the salted hashes that identify a person; `names` are further identifiers."""
    identifiers = {"email": email, "phone": _last_digits(phone), **names}
    return frozenset(_hash(name, value) for name, value in identifiers.items() if value)


def _last_digits(phone: str | None) -> str:
    return "".join(filter(str.isdigit, phone or ""))[-COMPARED_DIGITS:]


def _hash(name: str, value: str) -> str:
    plain = unicodedata.normalize("NFKC", value).strip().lower()
    return hmac.digest(_salt(), f"{name} {plain}".encode(), "sha256").hex()


async def note_erased(session: AsyncSession, keys: Iterable[str], *, on: date) -> None:
    """Record that the person with these keys was erased on `on`."""
    rows = [{"key": key, "erased_on": on} for key in sorted(keys)]
    await upsert(session, ErasedKey, rows)


async def erased_days(session: AsyncSession, keys: Collection[str]) -> Mapping[str, date]:
    """Return when those were erased whom these keys are of."""
    query = select(col(ErasedKey.key), col(ErasedKey.erased_on)).where(
        in_array(ErasedKey.key, keys)
    )
    return dict((await session.exec(query)).all())


def require_unknown(keys: Iterable[str], days: Mapping[str, date]) -> None:
    """Raise `ErasedBefore` if one of the keys is an erased person's."""
    if erased_on := max((days[key] for key in keys if key in days), default=None):
        raise ErasedBefore(
            f"This person asked to be erased on {erased_on}; leave them out. If they ask to be"
            " taken in again themselves, or it is somebody else, say so with consented_again."
        )


async def readmit(session: AsyncSession, keys: Collection[str]) -> None:
    """Delete the keys of an erased person, who asked to be stored again."""
    here = in_array(ErasedKey.key, keys)
    await (await session.connection()).execute(delete(ErasedKey).where(here))


async def require_not_erased(
    session: AsyncSession, keys: Collection[str], *, consented_again: bool
) -> None:
    """Raise `ErasedBefore` if the person was erased, unless they ask to be stored again."""
    if consented_again:
        await readmit(session, keys)
    else:
        require_unknown(keys, await erased_days(session, keys))
