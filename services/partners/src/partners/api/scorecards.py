from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request

from backbone.web.routes import Session, TransactionalRoute
from contracts.enums import OrganisationKind
from contracts.local_time import today_in
from partners import queries, store
from partners.access import NationalReader, ScoreReader, scorecard_scope
from partners.api.views import AsOf
from partners.domain.tables import HOME

router = APIRouter(route_class=TransactionalRoute, tags=["scorecards"])
Alone = Annotated[bool, Query(description="Without the members, for an umbrella.")]


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
) -> queries.Scores:
    """Return the scorecard of an organisation; an umbrella's includes its members at any depth."""
    organisation = await store.organisation(session, organisation_id, scorecard_scope(by))
    as_of = as_of or today_in(organisation.department)
    members = [] if alone else await queries.members_at(session, organisation_id, as_of)
    return await queries.scores(
        session, {organisation_id, *members}, as_of, year_starts=year_starts
    )


@router.get("/networks/{network_id}/scorecard")
async def scorecard_of_network(
    network_id: UUID,
    session: Session,
    _by: NationalReader,
    year_starts: YearStarts,
    as_of: AsOf = None,
) -> queries.Scores:
    """Return the scorecard of the members of a network on the date."""
    await store.network(session, network_id)
    as_of = as_of or today_in(HOME)
    members = await store.members_of_network(session, network_id, as_of)
    return await queries.scores(session, set(members), as_of, year_starts=year_starts)


@router.get("/scorecards/{kind}")
async def scorecard_of_kind(
    kind: OrganisationKind,
    session: Session,
    _by: NationalReader,
    year_starts: YearStarts,
    as_of: AsOf = None,
) -> queries.Scores:
    """Return the scorecard of all organisations of a kind together."""
    ids = await queries.of_kind(session, kind)
    return await queries.scores(session, set(ids), as_of or today_in(HOME), year_starts=year_starts)
