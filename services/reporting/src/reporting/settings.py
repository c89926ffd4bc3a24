from pydantic import Field

from backbone.settings import Settings


class ReportingSettings(Settings):
    """Configuration of reporting, in addition to that of every service."""

    programme_year_starts: int = Field(
        default=9, ge=1, le=12, description="The month in which a programme year begins."
    )
    stream_places: int = Field(default=100, description="Live streams a process serves at once.")
    export_places: int = Field(default=4, description="Exports a process writes at once.")
