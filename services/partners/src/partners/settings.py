from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings

from backbone.settings import Settings
from partners.domain.patronage import Issuer


class BoardRules(BaseSettings):
    """By which rules the board meets and decides. Commands read them by themselves."""

    board_meetings_a_year: int = Field(default=5, description="How often the board is to meet.")
    board_quorum_percent: int = Field(
        default=50, ge=1, le=100, description="Of the seats: so many decide."
    )


class PartnersSettings(Settings, BoardRules):
    """The clock, where documents are kept, who gives receipts, and the board's rules."""

    clock_every_seconds: float = Field(default=30, description="How often due work is sought.")
    documents_folder: Path = Field(
        default=Path("documents"), description="Where attached files lie; to be backed up too."
    )
    issuer_name: str | None = Field(default=None, description="The association, on receipts.")
    issuer_number: str | None = Field(default=None, description="Its SIREN or RNA.")
    issuer_address: str | None = None
    issuer_object: str | None = Field(default=None, description="Its purpose, in a sentence.")
    programme_year_starts: int = Field(
        default=9, ge=1, le=12, description="The month in which a programme year begins."
    )
    max_document_bytes: int = Field(default=10 << 20, description="Largest document that is taken.")

    @property
    def issuer(self) -> Issuer | None:
        """Who gives receipts, as soon as all that they name of it is known."""
        said = (self.issuer_name, self.issuer_number, self.issuer_address, self.issuer_object)
        return Issuer(*map(str, said)) if all(said) else None
