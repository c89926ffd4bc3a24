from datetime import date
from uuid import uuid4

from httpx import AsyncClient
from sqlalchemy.ext.asyncio import AsyncEngine

from backbone.migrations import differences
from backbone.testing import Topics
from contracts import (
    ConventionAcceded,
    ConventionEnded,
    ConventionSigned,
    OrganisationCard,
    Signatory,
    UmbrellaJoined,
)
from contracts.words import ConventionKind
from matching.domain.tables import Table
from matching.read_model import View


async def covered_on(client: AsyncClient, *days: str) -> list[dict[str, bool]]:
    answers = [await client.get("/covered-organisations", params={"on": day}) for day in days]
    return [{o["name"]: o["covered"] for o in answer.json()["items"]} for answer in answers]


async def test_coverage_follows_what_partners_tell(client: AsyncClient, topics: Topics) -> None:
    ush, sni, other = uuid4(), uuid4(), uuid4()
    convention = uuid4()
    await topics.tell(
        UmbrellaJoined(organisation_id=sni, umbrella_id=ush, joined_on=date(2012, 10, 1)),
        OrganisationCard(organisation_id=ush, name="USH", siren="784361164"),
        OrganisationCard(organisation_id=sni, name="SNI", siren="470801168"),
        OrganisationCard(organisation_id=other, name="Other", siren="732829320"),
        ConventionSigned(
            convention_id=convention,
            convention_kind=ConventionKind.FRAMEWORK,
            signed_on=date(2012, 7, 10),
            effective_on=date(2012, 9, 1),
            ends_on=None,
            signatories=(Signatory(organisation_id=ush, accedes_on=date(2012, 7, 10)),),
        ),
        ConventionAcceded(
            convention_id=convention, organisation_id=other, accedes_on=date(2013, 1, 1)
        ),
        ConventionEnded(convention_id=convention, ended_on=date(2013, 6, 30)),
    )

    assert await covered_on(
        client, "2012-08-31", "2012-09-01", "2012-10-01", "2013-01-01", "2013-07-01"
    ) == [
        {"SNI": False, "Other": False, "USH": False},
        {"SNI": False, "Other": False, "USH": True},
        {"SNI": True, "Other": False, "USH": True},
        {"SNI": True, "Other": True, "USH": True},
        {"SNI": False, "Other": False, "USH": False},
    ]


async def test_a_message_delivered_again_changes_nothing(
    client: AsyncClient, topics: Topics
) -> None:
    organisation = uuid4()
    first = topics.record(
        OrganisationCard(organisation_id=organisation, name="Old", siren="784361164")
    )
    second = topics.record(
        OrganisationCard(organisation_id=organisation, name="New", siren="784361164")
    )
    await topics.deliver(first, second)

    await topics.deliver(first)

    assert await covered_on(client, "2013-01-01") == [{"New": False}]


async def test_the_migrations_make_what_the_code_expects(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        found = await connection.run_sync(differences, [Table.metadata, View.metadata])
    assert found == []
