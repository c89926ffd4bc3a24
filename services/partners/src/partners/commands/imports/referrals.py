"""Imports of referrals of youths by organisations."""

from collections.abc import Sequence
from typing import ClassVar

from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.files.fields import Day
from backbone.imports.registry import ImportResult, Imports, ParsedRow, Row
from backbone.privacy.erased_persons import erased_days, keys_of, require_unknown
from partners import store
from partners.commands import Name
from partners.commands.imports.cells import (
    BY_FILE,
    Department,
    EmailIfAny,
    PhoneIfAny,
    Siren,
    found,
)
from partners.commands.imports.differences import columns, require_same
from partners.commands.sourcing import ReferYouth, refer
from partners.domain import sourcing
from partners.domain.sourcing import email_key, phone_key
from partners.domain.tables import Organisation

imports = Imports()


class ReferralRow(Row):
    """A referral of a youth; the first organisation to refer the youth has the credit."""

    key: ClassVar[tuple[str, ...]] = ("siren", "given_name", "family_name", "email", "phone")

    siren: Siren
    given_name: Name
    family_name: Name
    email: EmailIfAny = None
    phone: PhoneIfAny = None
    department: Department
    consented_on: Day
    referred_on: Day


@imports.of("referrals", ReferralRow)
async def take_referrals(
    session: AsyncSession, lines: Sequence[ParsedRow[ReferralRow]], tally: ImportResult
) -> None:
    """Import referrals of youths by organisations."""
    known = await store.by_siren(session, [line.row.siren for line in lines])
    for line in lines:
        with tally.reject_refused(line):
            organisation = found(known, line.row.siren)
            command = ReferYouth(**line.row.model_dump(exclude={"siren"}))
            if await _is_referred(session, organisation, command, line.row):
                tally.unchanged += 1
                continue
            await _require_consent_since(session, line.row)
            await refer(session, organisation.id, command, None, by=BY_FILE)
            tally.created += 1


async def _require_consent_since(session: AsyncSession, row: ReferralRow) -> None:
    """Refuse a youth who was erased, unless the row's consent is of a later date."""
    keys = keys_of(email=row.email, phone=row.phone)
    days = await erased_days(session, keys)
    require_unknown(keys, {key: day for key, day in days.items() if day >= row.consented_on})


async def _is_referred(
    session: AsyncSession, organisation: Organisation, command: ReferYouth, row: ReferralRow
) -> bool:
    """Return whether the referral is stored; raise `RowDiffers` if it differs from the row."""
    values = command.model_dump(exclude={"consented_on", "referred_on"})
    await store.lock_referrals(session)
    youth = await store.youth_like(session, sourcing.describe(**values))
    referral = await store.referral_of(session, youth.id, organisation.id) if youth else None
    if youth is None or referral is None:
        return False
    stored = columns(referral, "consented_on", "referred_on") | {"department": youth.department}
    if email_key(row.email) != youth.email_key:
        stored["email"] = youth.email
    if phone_key(row.phone) != youth.phone_key:
        stored["phone"] = youth.phone
    remedy = "A referral stays as it was made: tell the coordinators, or correct the file."
    require_same(row, stored, remedy=remedy)
    return True
