"""The rules of registering organisations and of umbrellas."""

from datetime import UTC, date, datetime, timedelta

import pytest

from contracts import OrganisationCard, OrganisationRegistered
from contracts.enums import OrganisationKind
from contracts.local_time import today_in
from partners.domain.dates import DateInFuture
from partners.domain.organisations import (
    AlreadyMember,
    OwnUmbrella,
    UmbrellaCycle,
    join,
    register,
    rename,
)
from partners.domain.tables import Membership, Organisation

JULY = date(2012, 7, 2)


def an_organisation(name: str, department: str = "75") -> Organisation:
    organisation, _ = register(
        name=name,
        kind=OrganisationKind.FEDERATION,
        siren="732829320",
        siret=None,
        department=department,
        registered_on=JULY,
    )
    return organisation


USH, LANDLORD, HOLDING = map(an_organisation, ["USH", "Immobilière 3F", "Groupe"])


def below(organisation: Organisation, umbrella: Organisation) -> Membership:
    return Membership(organisation_id=organisation.id, umbrella_id=umbrella.id, joined_on=JULY)


def test_registering_tells_the_fact_without_the_name_and_the_card_with_it() -> None:
    organisation, messages = register(
        name="Habitat Réunion",
        kind=OrganisationKind.SOCIAL_LANDLORD,
        siren=None,
        siret="73282932000074",
        department="974",
        registered_on=JULY,
    )

    registered, card = messages
    assert isinstance(registered, OrganisationRegistered)
    assert registered.organisation_id == organisation.id
    assert registered.organisation_kind == OrganisationKind.SOCIAL_LANDLORD
    assert registered.occurred_at == datetime(2012, 7, 2, 8, tzinfo=UTC)
    assert "Habitat" not in registered.model_dump_json()
    assert isinstance(card, OrganisationCard)
    assert (card.name, card.siren) == ("Habitat Réunion", "732829320")


def test_an_organisation_is_not_registered_on_a_day_to_come() -> None:
    with pytest.raises(DateInFuture):
        register(
            name="Demain",
            kind=OrganisationKind.COMPANY,
            siren="732829320",
            siret=None,
            department="75",
            registered_on=today_in("75") + timedelta(days=1),
        )


def test_a_new_name_makes_a_new_card_and_a_new_version() -> None:
    sni = an_organisation("SNI")

    [card] = rename(sni, "CDC Habitat")

    assert (card.name, sni.folded_name, sni.version) == ("CDC Habitat", "cdc habitat", 2)


def test_the_same_name_changes_nothing() -> None:
    sni = an_organisation("SNI")

    assert list(rename(sni, "SNI")) == []
    assert sni.version == 1


def test_joining_an_umbrella_tells_who_joined_whom_and_when() -> None:
    membership, joined = join(LANDLORD, USH, date(2006, 9, 1), above=[])

    assert (membership.organisation_id, membership.umbrella_id) == (LANDLORD.id, USH.id)
    assert (joined.organisation_id, joined.umbrella_id) == (LANDLORD.id, USH.id)
    assert joined.occurred_at == datetime(2006, 9, 1, 10, tzinfo=UTC)


def test_an_organisation_is_not_its_own_umbrella() -> None:
    with pytest.raises(OwnUmbrella, match="USH cannot be a member of itself"):
        join(USH, USH, JULY, above=[])


def test_an_organisation_joins_an_umbrella_once() -> None:
    with pytest.raises(AlreadyMember, match="Immobilière 3F is a member of USH already"):
        join(LANDLORD, USH, JULY, above=[below(LANDLORD, USH)])


def test_an_umbrella_does_not_join_its_members_at_any_depth() -> None:
    with pytest.raises(UmbrellaCycle, match="Immobilière 3F belongs to USH"):
        join(USH, LANDLORD, JULY, above=[below(LANDLORD, HOLDING), below(HOLDING, USH)])


def test_an_organisation_may_have_several_umbrellas() -> None:
    membership, _ = join(LANDLORD, USH, JULY, above=[below(LANDLORD, HOLDING)])

    assert membership.umbrella_id == USH.id
