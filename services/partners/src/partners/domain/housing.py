"""A mentee needs a home: landlords of the department are asked, offer, and one offer is taken."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from backbone.errors import Invalid, Refused
from contracts import HousingAnswered, HousingClosed, HousingNeeded, HousingOffered
from contracts.moments import moment, today_in
from contracts.words import HousingEnd
from partners.domain.days import require_past
from partners.domain.registers import check_department
from partners.domain.sourcing import ConsentMissing
from partners.domain.tables import HousingNeed, HousingOffer, OfferState, Organisation


class NoLandlordThere(Refused, kind="no-landlord-there"):
    """A need goes to landlords of its department."""


class NeedClosed(Refused, kind="need-closed"):
    """The need has ended."""


class NeedOpen(Refused, kind="need-open"):
    """A mentee has one open need at a time."""


class NotAsked(Refused, kind="not-asked"):
    """Landlords who were asked offer homes."""


class OfferAnswered(Refused, kind="offer-answered"):
    """An offer is answered once."""


class NothingTaken(Invalid, kind="nothing-taken"):
    """Whoever is housed took a landlord's offer."""


class BeforeAsked(Invalid, kind="before-asked"):
    """What follows a need comes after it."""


def ask(  # noqa: PLR0913  (a need has that many parts)
    mentee_id: UUID,
    landlords: Iterable[UUID],
    *,
    contacts: Iterable[UUID],
    department: str,
    rooms: int | None,
    most_rent: int | None,
    needed_by: date | None,
    consented_on: date,
    asked_on: date | None,
) -> tuple[HousingNeed, HousingNeeded]:
    """Ask landlords for a home, as the mentee agreed to; their contacts are told."""
    check_department(department)
    asked_on = asked_on or today_in(department)
    require_past(asked_on, [department])
    if consented_on > asked_on:
        raise ConsentMissing(
            f"They agreed on {consented_on}, after {asked_on}. Ask them first, then the landlords."
        )
    asked = sorted(landlords)
    if not asked:
        raise NoLandlordThere(
            f"No social landlord is known in department {department}. Note the departments of"
            " landlords in their profiles first."
        )
    need = HousingNeed(
        mentee_id=mentee_id,
        department=department,
        rooms=rooms,
        most_rent=most_rent,
        needed_by=needed_by,
        consented_on=consented_on,
        asked_on=asked_on,
        asked=[str(each) for each in asked],
    )
    return need, HousingNeeded(
        need_id=need.id,
        department=department,
        mentee_id=mentee_id,
        organisations=tuple(asked),
        needed_by=needed_by,
        asked_on=asked_on,
        contacts=tuple(sorted(contacts)),
        occurred_at=moment(asked_on, department),
    )


def _require_open(need: HousingNeed, on: date) -> None:
    if need.end is not None:
        raise NeedClosed(f"It ended on {need.closed_on}: {need.end}. Look at it again.")
    require_past(on, [need.department])
    if on < need.asked_on:
        raise BeforeAsked(f"Landlords were asked on {need.asked_on}. Give that day or a later one.")


def offer(  # noqa: PLR0913  (an offer has that many parts)
    need: HousingNeed,
    landlord: Organisation,
    *,
    description: str,
    rooms: int | None,
    rent: int | None,
    free_on: date | None,
    offered_on: date | None,
) -> tuple[HousingOffer, HousingOffered]:
    """A landlord who was asked offers a home. The caller holds the need's row."""
    offered_on = offered_on or today_in(need.department)
    _require_open(need, offered_on)
    if not need.is_asked(landlord.id):
        raise NotAsked(f"{landlord.name} was not asked: it is no landlord of {need.department}.")
    made = HousingOffer(
        need_id=need.id,
        organisation_id=landlord.id,
        description=description,
        rooms=rooms,
        rent=rent,
        free_on=free_on,
        offered_on=offered_on,
    )
    return made, HousingOffered(
        need_id=need.id,
        department=need.department,
        offer_id=made.id,
        organisation_id=landlord.id,
        offered_on=offered_on,
        occurred_at=moment(offered_on, need.department),
    )


def answer(
    need: HousingNeed,
    made: HousingOffer,
    others: Iterable[HousingOffer],
    *,
    accepted: bool,
    answered_on: date | None,
) -> list[HousingAnswered]:
    """The mentee takes an offer, and with it declines the others; or declines it alone.

    The caller holds the need's row.
    """
    answered_on = answered_on or today_in(need.department)
    _require_open(need, answered_on)
    if made.state != OfferState.OPEN:
        raise OfferAnswered(f"This offer is {made.state} already.")
    if answered_on < made.offered_on:
        raise BeforeAsked(f"It was offered on {made.offered_on}. Give that day or a later one.")
    others = [each for each in others if each.id != made.id]
    if accepted and any(each.state == OfferState.ACCEPTED for each in others):
        raise OfferAnswered("Another offer is accepted already. Decline that one first.")
    answers = [(made, accepted)]
    if accepted:
        answers += [(each, False) for each in others if each.state == OfferState.OPEN]
    return [_answered(need, each, accepted=said, answered_on=answered_on) for each, said in answers]


def _answered(
    need: HousingNeed, made: HousingOffer, *, accepted: bool, answered_on: date
) -> HousingAnswered:
    made.state = OfferState.ACCEPTED if accepted else OfferState.DECLINED
    made.answered_on = answered_on
    return HousingAnswered(
        need_id=need.id,
        department=need.department,
        offer_id=made.id,
        organisation_id=made.organisation_id,
        accepted=accepted,
        answered_on=answered_on,
        occurred_at=moment(answered_on, need.department),
    )


def close(
    need: HousingNeed, offers: Iterable[HousingOffer], *, end: HousingEnd, closed_on: date | None
) -> HousingClosed:
    """Note that the mentee moved in, or how the need ended otherwise. The caller holds the row."""
    closed_on = closed_on or today_in(need.department)
    _require_open(need, closed_on)
    offers = list(offers)
    taken = next((each for each in offers if each.state == OfferState.ACCEPTED), None)
    if end == HousingEnd.HOUSED and taken is None:
        raise NothingTaken("No offer is accepted. Note the answer to it first.")
    for each in offers:
        if each.state == OfferState.OPEN:
            each.state = OfferState.LAPSED
    housed_by = taken.organisation_id if taken and end == HousingEnd.HOUSED else None
    need.end, need.closed_on, need.housed_by = end, closed_on, housed_by
    need.version += 1
    return HousingClosed(
        need_id=need.id,
        department=need.department,
        end=end,
        organisation_id=housed_by,
        closed_on=closed_on,
        occurred_at=moment(closed_on, need.department),
    )
