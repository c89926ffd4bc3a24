from pathlib import Path

from pydantic import Field

from backbone.settings import Settings


class PartnersSettings(Settings):
    """How often the clock is looked at, and where the documents of conventions are kept."""

    clock_every_seconds: float = Field(default=30, description="How often due work is sought.")
    documents_folder: Path = Field(
        default=Path("documents"), description="Where attached files lie; to be backed up too."
    )
    max_document_bytes: int = Field(default=10 << 20, description="Largest document that is taken.")
