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
from partners.store.patronage import (
    gift_to_change,
    given_and_returned,
    is_cancelled,
    keep_day,
    next_number,
    pledge,
    receipt,
    standing_receipt,
)
from partners.store.profiles import contact_to_change, profile, require_own_rna

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
    "contact_to_change",
    "convention",
    "convention_to_change",
    "conventions_ending",
    "conventions_to_renew",
    "document",
    "draft",
    "draft_to_change",
    "gift_to_change",
    "given",
    "given_and_returned",
    "hold_umbrellas",
    "is_cancelled",
    "joined",
    "keep_day",
    "known",
    "last_amendment",
    "last_of",
    "lead",
    "lead_to_change",
    "leads_with_step",
    "memberships_above",
    "memberships_of",
    "next_number",
    "organisation",
    "organisation_to_change",
    "organisations",
    "pledge",
    "profile",
    "raise_once",
    "receipt",
    "require_own_rna",
    "settle",
    "signed",
    "standing_receipt",
]
