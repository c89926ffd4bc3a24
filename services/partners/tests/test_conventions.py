"""The rules of signing, acceding to and ending conventions."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from contracts.enums import ConventionKind, OrganisationKind
from contracts.local_time import today_in
from partners.domain.conventions import (
    AccessionAfterEnd,
    AccessionBeforeSignature,
    AlreadySignatory,
    ConventionNotOpen,
    ConventionOver,
    ConventionUnsigned,
    DuplicateSignatory,
    EffectBeforeSignature,
    EndBeforeEffect,
    FrameworkNeedsSeveralSignatories,
    OwnConventionHasOneSignatory,
    accede,
    end,
    sign,
)
from partners.domain.dates import DateInFuture
from partners.domain.organisations import register
from partners.domain.tables import Convention, Organisation

JULY, SEPTEMBER = date(2012, 7, 10), date(2012, 9, 1)
AUGUST_2015 = date(2015, 8, 31)


def an_organisation(name: str, department: str = "75") -> Organisation:
    organisation, _ = register(
        name=name,
        kind=OrganisationKind.SOCIAL_LANDLORD,
        siren="732829320",
        siret=None,
        department=department,
        registered_on=JULY,
    )
    return organisation


USH, AROSH, POITIERS = map(an_organisation, ["USH", "AROSH", "Habitat Poitiers"])
REUNION = an_organisation("Habitat Réunion", "974")


def signed(*organisations: Organisation, **said: Any) -> Convention:
    kind = ConventionKind.FRAMEWORK if len(organisations) > 1 else ConventionKind.OWN
    lifecycle = {"kind": kind, "signed_on": JULY, "effective_on": None, "ends_on": None} | said
    convention, _ = sign([(o, None) for o in organisations], **lifecycle)
    return convention


def test_a_convention_signed_in_july_takes_effect_in_september() -> None:
    convention, told = sign(
        [(USH, None)],
        kind=ConventionKind.OWN,
        signed_on=JULY,
        effective_on=SEPTEMBER,
        ends_on=None,
    )

    assert (told.signed_on, told.effective_on, told.ends_on) == (JULY, SEPTEMBER, None)
    assert [(s.organisation_id, s.accedes_on) for s in told.signatories] == [(USH.id, SEPTEMBER)]
    assert told.convention_id == convention.id
    assert told.occurred_at == datetime(2012, 7, 10, 10, tzinfo=UTC)


def test_a_convention_takes_effect_when_it_is_signed_unless_told_otherwise() -> None:
    assert signed(USH).effective_on == JULY


def test_each_signatory_of_a_framework_convention_may_have_a_day_of_its_own() -> None:
    later = date(2013, 1, 1)

    _, told = sign(
        [(AROSH, None), (POITIERS, later)],
        kind=ConventionKind.FRAMEWORK,
        signed_on=JULY,
        effective_on=SEPTEMBER,
        ends_on=None,
    )

    assert [s.accedes_on for s in told.signatories] == [SEPTEMBER, later]


def test_a_convention_between_clocks_is_signed_at_noon_in_utc() -> None:
    _, told = sign(
        [(AROSH, None), (REUNION, None)],
        kind=ConventionKind.FRAMEWORK,
        signed_on=JULY,
        effective_on=None,
        ends_on=None,
    )

    assert told.occurred_at == datetime(2012, 7, 10, 12, tzinfo=UTC)


@pytest.mark.parametrize("kind", list(ConventionKind))
def test_a_convention_signed_by_nobody_is_none(kind: ConventionKind) -> None:
    with pytest.raises(ConventionUnsigned, match="Name who did"):
        sign([], kind=kind, signed_on=JULY, effective_on=None, ends_on=None)


def test_an_own_convention_has_one_signatory() -> None:
    with pytest.raises(OwnConventionHasOneSignatory, match="framework"):
        signed(USH, AROSH, kind=ConventionKind.OWN)


def test_a_framework_convention_has_several_signatories() -> None:
    with pytest.raises(FrameworkNeedsSeveralSignatories, match="two signatories at least"):
        signed(AROSH, kind=ConventionKind.FRAMEWORK)


@pytest.mark.parametrize("kind", list(ConventionKind))
def test_nobody_signs_twice(kind: ConventionKind) -> None:
    with pytest.raises(DuplicateSignatory, match="once"):
        signed(AROSH, AROSH, kind=kind)


def test_a_convention_takes_no_effect_before_it_is_signed() -> None:
    with pytest.raises(EffectBeforeSignature):
        signed(USH, effective_on=JULY - timedelta(days=1))


def test_a_convention_does_not_end_before_it_takes_effect() -> None:
    with pytest.raises(EndBeforeEffect, match="2012-09-01"):
        signed(USH, effective_on=SEPTEMBER, ends_on=SEPTEMBER - timedelta(days=1))


def test_a_convention_may_be_in_force_for_a_day() -> None:
    assert signed(USH, ends_on=JULY).last_day == JULY


def test_nobody_signs_on_a_day_to_come() -> None:
    with pytest.raises(DateInFuture):
        signed(USH, signed_on=today_in("75") + timedelta(days=1))


@pytest.mark.parametrize(
    ("accedes_on", "refusal"),
    [
        (JULY - timedelta(days=1), AccessionBeforeSignature),
        (AUGUST_2015 + timedelta(days=1), AccessionAfterEnd),
    ],
)
def test_a_signatory_accedes_between_signature_and_end(
    accedes_on: date, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal, match="Habitat Poitiers cannot accede"):
        sign(
            [(AROSH, None), (POITIERS, accedes_on)],
            kind=ConventionKind.FRAMEWORK,
            signed_on=JULY,
            effective_on=SEPTEMBER,
            ends_on=AUGUST_2015,
        )


def test_one_more_accedes_to_a_framework_convention() -> None:
    convention = signed(USH, AROSH)

    told = accede(convention, POITIERS, AUGUST_2015)

    assert POITIERS.id in {s.organisation_id for s in convention.signatories}
    assert (told.organisation_id, told.accedes_on) == (POITIERS.id, AUGUST_2015)
    assert convention.version == 2


def test_nobody_accedes_to_an_own_convention() -> None:
    with pytest.raises(ConventionNotOpen):
        accede(signed(USH), POITIERS, AUGUST_2015)


def test_a_signatory_does_not_accede_again() -> None:
    with pytest.raises(AlreadySignatory, match="AROSH"):
        accede(signed(USH, AROSH), AROSH, AUGUST_2015)


def test_nobody_accedes_to_a_convention_that_was_ended() -> None:
    convention = signed(USH, AROSH)
    end(convention, SEPTEMBER)

    with pytest.raises(AccessionAfterEnd, match="last day is 2012-09-01"):
        accede(convention, POITIERS, AUGUST_2015)


def test_a_convention_can_be_ended_before_the_day_agreed() -> None:
    convention = signed(USH, ends_on=AUGUST_2015)

    told = end(convention, SEPTEMBER)

    assert told.ended_on == convention.last_day == SEPTEMBER
    assert convention.ends_on == AUGUST_2015
    assert convention.version == 2


def test_a_convention_ends_once() -> None:
    convention = signed(USH)
    end(convention, AUGUST_2015)

    with pytest.raises(ConventionOver, match="2015-08-31"):
        end(convention, SEPTEMBER)


def test_a_convention_is_not_ended_after_the_day_agreed() -> None:
    with pytest.raises(ConventionOver, match="2015-08-31 already"):
        end(signed(USH, ends_on=AUGUST_2015), AUGUST_2015 + timedelta(days=1))


def test_a_convention_is_not_ended_before_it_took_effect() -> None:
    with pytest.raises(EndBeforeEffect):
        end(signed(USH, effective_on=SEPTEMBER), JULY)
