from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings

from backbone.settings import Settings
from partners.domain.patronage import Issuer


class BoardRules(BaseSettings):
    """The board's rules. Commands read them from the environment themselves."""

    board_meetings_a_year: int = Field(default=5, description="Meetings due in a year.")
    board_quorum_percent: int = Field(
        default=50, ge=1, le=100, description="Quorum in per cent of the seats."
    )


class PartnersSettings(Settings, BoardRules):
    """Settings: scheduled work, documents, the issuer of receipts, and the board's rules."""

    clock_every_seconds: float = Field(default=30, description="Interval of scheduled work.")
    documents_folder: Path = Field(
        default=Path("documents"),
        description="Folder of attached files; include it in backups.",
    )
    issuer_name: str | None = Field(default=None, description="The association, on receipts.")
    issuer_number: str | None = Field(default=None, description="Its SIREN or RNA.")
    issuer_address: str | None = None
    issuer_object: str | None = Field(default=None, description="Its purpose, in a sentence.")
    programme_year_starts: int = Field(
        default=9, ge=1, le=12, description="The month in which a programme year begins."
    )
    max_document_bytes: int = Field(default=10 << 20, description="Size limit of a document.")

    @property
    def issuer(self) -> Issuer | None:
        """The issuer of receipts, or `None` until all that a receipt states of it is set."""
        values = (self.issuer_name, self.issuer_number, self.issuer_address, self.issuer_object)
        return Issuer(*map(str, values)) if all(values) else None
