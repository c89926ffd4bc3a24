from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request

from backbone.requests import Session, UnitOfWork
from contracts.moments import today_in
from contracts.words import OrganisationKind
from partners import queries, store
from partners.access import ScoreReader, WholeReader, scored
from partners.api.views import AsOf, View
from partners.domain.tables import HOME

router = APIRouter(route_class=UnitOfWork, tags=["scorecards"])
Alone = Annotated[bool, Query(description="Without the members, for an umbrella.")]


class ScorecardView(View):
    """What organisations brought up to a day. Nobody is named in it, and nobody can be."""

    as_of: date
    organisations: int
    mentors: int
    mentees: int
    mentees_this_year: int
    pairings: int
    active_pairings: int
    first_interviews: int
    contacts: int
    introductions: int
    outcomes: int
    outcomes_fitting: int
    outcomes_unknown: int
    commitments: int
    commitments_kept: int
    our_commitments: int
    our_commitments_kept: int
    stands_given: int
    stands_received: int
    patrons: int
    gifts: int
    gifts_amount: int
    referrals: int
    referrals_first: int
    referrals_admitted: int
    homes_offered: int
    homes_taken: int


async def _year_starts(request: Request) -> int:
    starts: int = request.app.state.settings.programme_year_starts
    return starts


YearStarts = Annotated[int, Depends(_year_starts)]


@router.get("/organisations/{organisation_id}/scorecard")
async def scorecard_of_organisation(
    organisation_id: UUID,
    session: Session,
    by: ScoreReader,
    year_starts: YearStarts,
    as_of: AsOf = None,
    alone: Alone = False,  # noqa: FBT002  (a parameter of the query)
) -> ScorecardView:
    """What an organisation brought, with its members at any depth if it is an umbrella."""
    organisation = await store.organisation(session, organisation_id, scored(by))
    as_of = as_of or today_in(organisation.department)
    members = [] if alone else await queries.members_at(session, organisation_id, as_of)
    return await _card(session, {organisation_id, *members}, as_of, year_starts)


@router.get("/networks/{network_id}/scorecard")
async def scorecard_of_network(
    network_id: UUID,
    session: Session,
    _by: WholeReader,
    year_starts: YearStarts,
    as_of: AsOf = None,
) -> ScorecardView:
    """What the organisations brought that are of a network on that day."""
    await store.network(session, network_id)
    as_of = as_of or today_in(HOME)
    members = await store.members_of_network(session, network_id, as_of)
    return await _card(session, set(members), as_of, year_starts)


@router.get("/scorecards/{kind}")
async def scorecard_of_kind(
    kind: OrganisationKind,
    session: Session,
    _by: WholeReader,
    year_starts: YearStarts,
    as_of: AsOf = None,
) -> ScorecardView:
    """What the organisations of a kind brought, all together."""
    ids = await queries.of_kind(session, kind)
    return await _card(session, set(ids), as_of or today_in(HOME), year_starts)


async def _card(
    session: Session, organisations: set[UUID], as_of: date, year_starts: int
) -> ScorecardView:
    scores = await queries.scores(session, organisations, as_of, year_starts=year_starts)
    said = {name: getattr(scores, name) for name in scores.__slots__}
    return ScorecardView(as_of=as_of, **said)
