"""The contacts of a pair."""

from uuid import UUID

from sqlmodel import select
from sqlmodel.sql.expression import SelectOfScalar

from matching.domain.tables import Contact, ContactState


def contacts_of(pairing_id: UUID, *, reader: str) -> SelectOfScalar[Contact]:
    """Select the contacts of a pair, without withdrawn ones and other authors' drafts."""
    is_own_draft = (Contact.state == ContactState.DRAFT) & (Contact.logged_by == reader)
    return select(Contact).where(
        Contact.pairing_id == pairing_id, (Contact.state == ContactState.LOGGED) | is_own_draft
    )
