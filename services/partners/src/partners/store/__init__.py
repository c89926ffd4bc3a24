"""Loading what partners owns. A function that locks says so in its name.

`within` are the organisations that the caller is confined to; others do not exist for them.
"""

from partners.store.commitments import commitment_to_change, given
from partners.store.conventions import (
    convention,
    convention_to_change,
    draft,
    draft_to_change,
    known,
    last_amendment,
    signed,
)
from partners.store.documents import Documents, document
from partners.store.due import (
    AT_A_TIME,
    alert_to_change,
    commitments_owed,
    concerns,
    conventions_ending,
    conventions_to_renew,
    last_of,
    leads_with_step,
    raise_once,
    settle,
)
from partners.store.leads import lead, lead_to_change
from partners.store.organisations import (
    Scope,
    add_openings,
    add_organisation,
    by_siren,
    hold_umbrellas,
    joined,
    memberships_above,
    memberships_of,
    organisation,
    organisation_to_change,
    organisations,
)

__all__ = [
    "AT_A_TIME",
    "Documents",
    "Scope",
    "add_openings",
    "add_organisation",
    "alert_to_change",
    "by_siren",
    "commitment_to_change",
    "commitments_owed",
    "concerns",
    "convention",
    "convention_to_change",
    "conventions_ending",
    "conventions_to_renew",
    "document",
    "draft",
    "draft_to_change",
    "given",
    "hold_umbrellas",
    "joined",
    "known",
    "last_amendment",
    "last_of",
    "lead",
    "lead_to_change",
    "leads_with_step",
    "memberships_above",
    "memberships_of",
    "organisation",
    "organisation_to_change",
    "organisations",
    "raise_once",
    "settle",
    "signed",
]
