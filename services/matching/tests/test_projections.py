from datetime import date
from itertools import permutations
from typing import Any
from uuid import UUID, uuid4

import pytest
from httpx import AsyncClient
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import select

from backbone.database.migrations import differences
from backbone.testing.fixtures import Topics
from contracts import (
    ConventionAcceded,
    ConventionAmended,
    ConventionEnded,
    ConventionRenewed,
    ConventionResumed,
    ConventionSigned,
    ConventionSuspended,
    OrganisationCard,
    OrganisationsMerged,
    Signatory,
    SignatoryWithdrew,
    UmbrellaJoined,
    UmbrellaLeft,
)
from contracts.enums import ConventionKind
from matching import store
from matching.domain.coverage import Membership
from matching.domain.tables import Mentor, Table
from matching.read_model import ReadModelTable


async def covered_on(client: AsyncClient, *days: str) -> list[dict[str, bool]]:
    answers = [await client.get("/covered-organisations", params={"on": day}) for day in days]
    return [{o["name"]: o["covered"] for o in answer.json()["items"]} for answer in answers]


async def test_coverage_follows_what_partners_tell(client: AsyncClient, topics: Topics) -> None:
    ush, sni, other = uuid4(), uuid4(), uuid4()
    convention = uuid4()
    await topics.publish(
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


async def test_what_becomes_of_a_convention_decides_who_is_covered(
    client: AsyncClient, topics: Topics
) -> None:
    sni, ush, convention = uuid4(), uuid4(), uuid4()
    of_it: dict[str, Any] = {"convention_id": convention}
    signatories = tuple(
        Signatory(organisation_id=each, accedes_on=date(2012, 9, 1)) for each in (sni, ush)
    )
    await topics.publish(
        OrganisationCard(organisation_id=sni, name="SNI", siren="552046484"),
        OrganisationCard(organisation_id=ush, name="USH", siren="775671223"),
        ConventionSigned(
            **of_it,
            convention_kind=ConventionKind.FRAMEWORK,
            signed_on=date(2012, 9, 1),
            effective_on=date(2012, 9, 1),
            ends_on=date(2013, 8, 31),
            signatories=signatories,
        ),
        ConventionSuspended(**of_it, from_on=date(2012, 11, 1), until_on=None),
        ConventionResumed(**of_it, from_on=date(2012, 11, 1), until_on=date(2012, 11, 30)),
        SignatoryWithdrew(**of_it, organisation_id=sni, withdrawn_on=date(2013, 1, 31)),
        ConventionRenewed(
            **of_it,
            renewed_on=date(2013, 6, 1),
            previous_ends_on=date(2013, 8, 31),
            ends_on=date(2014, 8, 31),
            tacit=True,
        ),
        ConventionAmended(
            **of_it,
            amended_on=date(2013, 10, 1),
            ends_on=date(2013, 12, 31),
            renews_for_months=None,
            notice_days=0,
        ),
    )

    days = [
        "2012-10-31",
        "2012-11-01",
        "2012-11-30",
        "2012-12-01",
        "2013-02-01",
        "2013-12-31",
        "2014-01-01",
    ]
    assert [(o["SNI"], o["USH"]) for o in await covered_on(client, *days)] == [
        (True, True),
        (False, False),
        (False, False),
        (True, True),
        (False, True),
        (False, True),
        (False, False),
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
        found = await connection.run_sync(differences, [Table.metadata, ReadModelTable.metadata])
    assert found == []


@pytest.mark.parametrize("order", list(permutations(range(3))))
async def test_organisations_that_were_one_are_covered_as_one(
    client: AsyncClient, topics: Topics, db: Any, order: tuple[int, ...]
) -> None:
    kept, duplicate, umbrella = uuid4(), uuid4(), uuid4()
    since = date(2013, 1, 15)
    signed = ConventionSigned(
        convention_id=uuid4(),
        convention_kind=ConventionKind.OWN,
        signed_on=since,
        effective_on=since,
        ends_on=None,
        signatories=(Signatory(organisation_id=duplicate, accedes_on=since),),
    )
    joined = UmbrellaJoined(organisation_id=duplicate, umbrella_id=umbrella, joined_on=since)
    merged = OrganisationsMerged(
        organisation_id=kept, duplicates=(duplicate,), merged_on=date(2014, 1, 6)
    )
    facts = (signed, joined, merged)

    for each in order:
        await topics.publish(facts[each])

    coverage = await store.coverage(db)
    assert coverage.covers(kept, date(2014, 1, 6))
    assert not coverage.covers(duplicate, date(2014, 1, 6))
    assert coverage.memberships == [Membership(kept, umbrella, since)]


async def test_a_withdrawal_ends_the_part_of_the_organisation_that_stayed_alone(
    topics: Topics, db: Any
) -> None:
    """Both signed: the duplicate's signature is deleted by partners, and ends nothing here."""
    kept, duplicate, convention = uuid4(), uuid4(), uuid4()
    since, end = date(2013, 1, 15), date(2013, 6, 30)
    await topics.publish(
        ConventionSigned(
            convention_id=convention,
            convention_kind=ConventionKind.FRAMEWORK,
            signed_on=since,
            effective_on=since,
            ends_on=None,
            signatories=tuple(
                Signatory(organisation_id=each, accedes_on=since) for each in (duplicate, kept)
            ),
        ),
        SignatoryWithdrew(convention_id=convention, organisation_id=duplicate, withdrawn_on=end),
        OrganisationsMerged(organisation_id=kept, duplicates=(duplicate,), merged_on=end),
    )
    assert (await store.coverage(db)).covers(kept, date(2014, 1, 6))

    await topics.publish(
        SignatoryWithdrew(convention_id=convention, organisation_id=kept, withdrawn_on=end)
    )
    assert not (await store.coverage(db)).covers(kept, date(2014, 1, 6))


@pytest.mark.parametrize("is_first", [True, False])
async def test_the_organisation_that_stayed_withdraws_from_what_its_duplicate_signed(
    topics: Topics, db: Any, *, is_first: bool
) -> None:
    """Partners names the one that stayed; topics are not ordered among each other."""
    kept, duplicate, convention = uuid4(), uuid4(), uuid4()
    since, end = date(2013, 1, 15), date(2013, 6, 30)
    merged = OrganisationsMerged(organisation_id=kept, duplicates=(duplicate,), merged_on=end)
    await topics.publish(
        ConventionSigned(
            convention_id=convention,
            convention_kind=ConventionKind.FRAMEWORK,
            signed_on=since,
            effective_on=since,
            ends_on=None,
            signatories=(Signatory(organisation_id=duplicate, accedes_on=since),),
        )
    )
    withdrew = SignatoryWithdrew(convention_id=convention, organisation_id=kept, withdrawn_on=end)

    for each in (merged, withdrew) if is_first else (withdrew, merged):
        await topics.publish(each)

    coverage = await store.coverage(db)
    assert coverage.covers(kept, end)
    assert not coverage.covers(kept, date(2013, 7, 1))


@pytest.mark.parametrize("is_first", [True, False])
async def test_the_organisation_that_stayed_leaves_what_its_duplicate_joined(
    topics: Topics, db: Any, *, is_first: bool
) -> None:
    kept, duplicate, umbrella = uuid4(), uuid4(), uuid4()
    since, end = date(2013, 1, 15), date(2013, 6, 30)
    days = {"umbrella_id": umbrella, "joined_on": since}
    merged = OrganisationsMerged(organisation_id=kept, duplicates=(duplicate,), merged_on=end)
    await topics.publish(UmbrellaJoined(organisation_id=duplicate, **days))
    left = UmbrellaLeft(organisation_id=kept, left_on=end, **days)

    for each in (merged, left) if is_first else (left, merged):
        await topics.publish(each)

    assert (await store.coverage(db)).memberships == [Membership(kept, umbrella, since, end)]


@pytest.mark.parametrize("order", list(permutations(range(3))))
async def test_a_chain_of_merges_leads_to_the_organisation_that_stayed_last(
    topics: Topics, db: Any, order: tuple[int, ...]
) -> None:
    last, middle, first, since = uuid4(), uuid4(), uuid4(), date(2013, 1, 15)
    facts = (
        UmbrellaJoined(organisation_id=first, umbrella_id=uuid4(), joined_on=since),
        OrganisationsMerged(organisation_id=middle, duplicates=(first,), merged_on=since),
        OrganisationsMerged(organisation_id=last, duplicates=(first, middle), merged_on=since),
    )

    for each in order:
        await topics.publish(facts[each])

    [membership] = (await store.coverage(db)).memberships
    assert membership.organisation_id == last


async def test_the_mentors_of_a_duplicate_are_the_organisations(
    topics: Topics, send: Any, covered: UUID, db: Any
) -> None:
    kept = uuid4()
    lines = ["M1,Claire,Martin,c@example.org,75,552141533,2,2013-02-01,no,2013-02-01"]
    assert (await send("mentors", lines))["created"] == 1

    await topics.publish(
        OrganisationsMerged(organisation_id=kept, duplicates=(covered,), merged_on=date(2014, 1, 6))
    )

    [mentor] = (await db.exec(select(Mentor))).all()
    assert mentor.organisation_id == kept
