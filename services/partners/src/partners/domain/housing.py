"""Housing needs of mentees: landlords of the department make offers, and one is accepted."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from backbone.errors import Invalid, Refused
from contracts import HousingAnswered, HousingClosed, HousingNeeded, HousingOffered
from contracts.enums import HousingEnd
from contracts.local_time import noon_in, today_in
from partners.domain.dates import require_past
from partners.domain.identifiers import check_department
from partners.domain.sourcing import ConsentMissing
from partners.domain.tables import HousingNeed, HousingOffer, OfferState, Organisation


class NoLandlordThere(Refused, kind="no-landlord-there"):
    """A need in a department without landlords."""


class NeedClosed(Refused, kind="need-closed"):
    """A change of a need that is closed."""


class NeedOpen(Refused, kind="need-open"):
    """A second open need of a mentee."""


class NotAsked(Refused, kind="not-asked"):
    """An offer by a landlord who was not invited to make one."""


class OfferAnswered(Refused, kind="offer-answered"):
    """A second answer to an offer."""


class NothingTaken(Invalid, kind="nothing-taken"):
    """A need closed as housed without an accepted offer."""


class BeforeAsked(Invalid, kind="before-asked"):
    """A step before the date of the need or of the offer."""


def ask(
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
    """Invite landlords to offer a home, as the mentee consented to; `contacts` are notified."""
    check_department(department)
    asked_on = asked_on or today_in(department)
    require_past(asked_on, [department])
    if consented_on > asked_on:
        raise ConsentMissing(
            f"They consented on {consented_on}, after {asked_on}. Ask them before the landlords."
        )
    invited = sorted(landlords)
    if not invited:
        raise NoLandlordThere(
            f"No social landlord is registered for department {department}. Add the departments of"
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
        invited=[str(each) for each in invited],
    )
    return need, HousingNeeded(
        need_id=need.id,
        department=department,
        mentee_id=mentee_id,
        organisations=tuple(invited),
        needed_by=needed_by,
        asked_on=asked_on,
        contacts=tuple(sorted(contacts)),
        occurred_at=noon_in(asked_on, department),
    )


def _require_open(need: HousingNeed, on: date) -> None:
    if need.end is not None:
        raise NeedClosed(
            f"It was closed on {need.closed_on} ({need.end}). Open a new need instead."
        )
    require_past(on, [need.department])
    if on < need.asked_on:
        raise BeforeAsked(
            f"Landlords were invited on {need.asked_on}. Give that date or a later one."
        )


def offer(
    need: HousingNeed,
    landlord: Organisation,
    *,
    description: str,
    rooms: int | None,
    rent: int | None,
    free_on: date | None,
    offered_on: date | None,
) -> tuple[HousingOffer, HousingOffered]:
    """Record the offer of an invited landlord. The caller has locked the need."""
    offered_on = offered_on or today_in(need.department)
    _require_open(need, offered_on)
    if not need.is_invited(landlord.id):
        raise NotAsked(f"{landlord.name} was not invited: it is no landlord of {need.department}.")
    housing_offer = HousingOffer(
        need_id=need.id,
        organisation_id=landlord.id,
        description=description,
        rooms=rooms,
        rent=rent,
        free_on=free_on,
        offered_on=offered_on,
    )
    return housing_offer, HousingOffered(
        need_id=need.id,
        department=need.department,
        offer_id=housing_offer.id,
        organisation_id=landlord.id,
        offered_on=offered_on,
        occurred_at=noon_in(offered_on, need.department),
    )


def answer(
    need: HousingNeed,
    housing_offer: HousingOffer,
    others: Iterable[HousingOffer],
    *,
    accepted: bool,
    answered_on: date | None,
) -> list[HousingAnswered]:
    """Accept an offer, which declines the others; or decline it alone.

    The caller has locked the need.
    """
    answered_on = answered_on or today_in(need.department)
    _require_open(need, answered_on)
    if housing_offer.state != OfferState.OPEN:
        raise OfferAnswered(f"This offer is {housing_offer.state} already.")
    if answered_on < housing_offer.offered_on:
        raise BeforeAsked(
            f"It was offered on {housing_offer.offered_on}. Give that day or a later one."
        )
    others = [each for each in others if each.id != housing_offer.id]
    if accepted and any(each.state == OfferState.ACCEPTED for each in others):
        raise OfferAnswered("Another offer is accepted already. Decline that one first.")
    answers = [(housing_offer, accepted)]
    if accepted:
        answers += [(each, False) for each in others if each.state == OfferState.OPEN]
    return [
        _answered(need, each, accepted=is_accepted, answered_on=answered_on)
        for each, is_accepted in answers
    ]


def _answered(
    need: HousingNeed, housing_offer: HousingOffer, *, accepted: bool, answered_on: date
) -> HousingAnswered:
    housing_offer.state = OfferState.ACCEPTED if accepted else OfferState.DECLINED
    housing_offer.answered_on = answered_on
    return HousingAnswered(
        need_id=need.id,
        department=need.department,
        offer_id=housing_offer.id,
        organisation_id=housing_offer.organisation_id,
        accepted=accepted,
        answered_on=answered_on,
        occurred_at=noon_in(answered_on, need.department),
    )


def close(
    need: HousingNeed, offers: Iterable[HousingOffer], *, end: HousingEnd, closed_on: date | None
) -> HousingClosed:
    """Close a need: the mentee moved in, or it ended otherwise. The caller has locked the row."""
    closed_on = closed_on or today_in(need.department)
    _require_open(need, closed_on)
    offers = list(offers)
    taken = next((each for each in offers if each.state == OfferState.ACCEPTED), None)
    if end == HousingEnd.HOUSED and taken is None:
        raise NothingTaken("No offer is accepted. Record the answer to it first.")
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
        occurred_at=noon_in(closed_on, need.department),
    )
