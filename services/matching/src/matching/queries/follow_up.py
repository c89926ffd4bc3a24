"""The follow-up of a pair: pauses, introductions and check-ins."""

from uuid import UUID

from sqlmodel import select
from sqlmodel.sql.expression import SelectOfScalar

from matching.domain.tables import CheckIn, Introduction, PairingPause


def pair_pauses_of(pairing_id: UUID) -> SelectOfScalar[PairingPause]:
    return select(PairingPause).where(PairingPause.pairing_id == pairing_id)


def introductions_of(pairing_id: UUID) -> SelectOfScalar[Introduction]:
    return select(Introduction).where(Introduction.pairing_id == pairing_id)


def check_ins_of(pairing_id: UUID) -> SelectOfScalar[CheckIn]:
    return select(CheckIn).where(CheckIn.pairing_id == pairing_id)
