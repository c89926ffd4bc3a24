"""Conventions: signature, accession and end."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID, uuid4

import contracts
from backbone.errors import Invalid, Refused
from contracts import ConventionAcceded, ConventionEnded, ConventionSigned
from contracts.enums import ConventionKind
from contracts.local_time import noon_in
from partners.domain.dates import require_past
from partners.domain.tables import Convention, Organisation, Signature


class ConventionUnsigned(Invalid, kind="convention-unsigned"):
    """A convention without signatories."""


class OwnConventionHasOneSignatory(Invalid, kind="own-convention-shared"):
    """An own convention with several signatories."""


class FrameworkNeedsSeveralSignatories(Invalid, kind="framework-unshared"):
    """A framework convention with one signatory."""


class DuplicateSignatory(Invalid, kind="signatory-twice"):
    """An organisation that is named twice among the signatories."""


class EffectBeforeSignature(Invalid, kind="effect-before-signature"):
    """An effective date before the date of signature."""


class EndBeforeEffect(Invalid, kind="end-before-effect"):
    """A last day before the effective date."""


class RenewalWithoutTerm(Invalid, kind="renewal-without-term"):
    """A tacit renewal of a convention without a last day."""


class AccessionBeforeSignature(Invalid, kind="accession-before-signature"):
    """An accession before the date of signature."""


class AccessionAfterEnd(Invalid, kind="accession-after-end"):
    """An accession after the last day of the convention."""


class ConventionNotOpen(Refused, kind="convention-not-open"):
    """An accession to a convention that is no framework convention."""


class AlreadySignatory(Refused, kind="already-signatory"):
    """An accession of an organisation that has signed the convention."""


class ConventionOver(Refused, kind="convention-over"):
    """A change of a convention that has ended."""


def sign(
    signatories: Sequence[tuple[Organisation, date | None]],
    *,
    kind: ConventionKind,
    signed_on: date,
    effective_on: date | None,
    ends_on: date | None,
    renews_for_months: int | None = None,
    notice_days: int = 0,
    convention_id: UUID | None = None,
) -> tuple[Convention, ConventionSigned]:
    """Sign a convention; signatories without a date accede on the effective date.

    `convention_id` is given when a draft becomes the convention and passes its id on.
    """
    _require_signatories(kind, [organisation.id for organisation, _ in signatories])
    require_past(signed_on, [organisation.department for organisation, _ in signatories])
    convention = Convention(
        id=convention_id or uuid4(),
        kind=kind,
        signed_on=signed_on,
        effective_on=effective_on or signed_on,
        ends_on=ends_on,
        renews_for_months=renews_for_months,
        notice_days=notice_days,
        suspensions=[],
        renewals=[],
    )
    _require_order(convention)
    for organisation, accedes_on in signatories:
        _add_signature(convention, organisation, accedes_on or convention.effective_on)
    return convention, _signed(convention)


def _require_signatories(kind: ConventionKind, organisations: Sequence[UUID]) -> None:
    if not organisations:
        raise ConventionUnsigned("Nobody signed this convention. Name who did as its signatories.")
    if len(set(organisations)) < len(organisations):
        raise DuplicateSignatory("An organisation is named twice. Name each signatory once.")
    if kind == ConventionKind.OWN and len(organisations) > 1:
        raise OwnConventionHasOneSignatory(
            "An own convention has one signatory. Sign a framework convention for several."
        )
    if kind == ConventionKind.FRAMEWORK and len(organisations) == 1:
        raise FrameworkNeedsSeveralSignatories(
            "A framework convention has two signatories at least. Sign an own convention for one."
        )


def _require_order(convention: Convention) -> None:
    if convention.effective_on < convention.signed_on:
        raise EffectBeforeSignature(
            f"It is signed on {convention.signed_on} and cannot take effect before. "
            "Check both dates."
        )
    require_end_after_effect(convention, convention.ends_on)
    if convention.renews_for_months and convention.ends_on is None:
        raise RenewalWithoutTerm(
            "It has no last day: there is nothing to renew. Give one (ends_on), or leave out"
            " renews_for_months."
        )


def require_end_after_effect(convention: Convention, last_day: date | None) -> None:
    if last_day is not None and last_day < convention.effective_on:
        raise EndBeforeEffect(
            f"It takes effect on {convention.effective_on} and cannot end before. Check both dates."
        )


def _add_signature(
    convention: Convention, organisation: Organisation, accedes_on: date
) -> Signature:
    if accedes_on < convention.signed_on:
        raise AccessionBeforeSignature(
            f"{organisation.name} cannot accede on {accedes_on} to a convention signed on "
            f"{convention.signed_on}. Give that day or a later one."
        )
    if convention.last_day is not None and accedes_on > convention.last_day:
        raise AccessionAfterEnd(
            f"{organisation.name} cannot accede on {accedes_on} to a convention whose last day is "
            f"{convention.last_day}. Give an earlier day, or sign a new convention."
        )
    signature = Signature(
        convention_id=convention.id,
        organisation_id=organisation.id,
        organisation=organisation,
        accedes_on=accedes_on,
    )
    convention.signatories.append(signature)
    return signature


def _signed(convention: Convention) -> ConventionSigned:
    return ConventionSigned(
        convention_id=convention.id,
        convention_kind=convention.kind,
        signed_on=convention.signed_on,
        effective_on=convention.effective_on,
        ends_on=convention.ends_on,
        signatories=tuple(
            contracts.Signatory(organisation_id=s.organisation_id, accedes_on=s.accedes_on)
            for s in convention.signatories
        ),
        occurred_at=noon_in(convention.signed_on, *convention.departments),
    )


def accede(
    convention: Convention, organisation: Organisation, accedes_on: date
) -> ConventionAcceded:
    """Add a signatory to a framework convention. The caller has locked the row."""
    if convention.kind != ConventionKind.FRAMEWORK:
        raise ConventionNotOpen(
            "An own convention has one signatory. Sign another own convention, or a framework one."
        )
    if organisation.id in {signature.organisation_id for signature in convention.signatories}:
        raise AlreadySignatory(f"{organisation.name} has signed this convention already.")
    _add_signature(convention, organisation, accedes_on)
    convention.version += 1
    return ConventionAcceded(
        convention_id=convention.id,
        organisation_id=organisation.id,
        accedes_on=accedes_on,
        occurred_at=noon_in(accedes_on, organisation.department),
    )


def require_not_over(convention: Convention, on: date) -> None:
    """Raise `ConventionOver` if a convention was ended, or its last day is before `on`."""
    last_day = convention.last_day
    if convention.ended_on is not None or (last_day is not None and on > last_day):
        raise ConventionOver(
            f"Its last day is {last_day} already. Sign a new convention to go on working together."
        )


def end(convention: Convention, ended_on: date) -> ConventionEnded:
    """End a convention; `ended_on` is its last day in force. The caller has locked the row."""
    require_not_over(convention, ended_on)
    require_end_after_effect(convention, ended_on)
    convention.ended_on, convention.version = ended_on, convention.version + 1
    return ConventionEnded(
        convention_id=convention.id,
        ended_on=ended_on,
        occurred_at=noon_in(ended_on, *convention.departments),
    )
