from pydantic import Field

from backbone.settings import Settings


class MatchingSettings(Settings):
    """Configuration of matching: time limits for people and rounds, and the geocoder."""

    answer_days: int = Field(default=7, ge=1, description="Days to answer a proposal.")
    clock_every_seconds: float = Field(default=30, description="How often due work is sought.")
    quiet_seconds: float = Field(
        default=3600, description="What was learnt lately is not late: more may be on its way."
    )
    round_seconds: float = Field(default=900, description="Longest time a round may take.")
    geocoder_url: str | None = Field(
        default=None,
        description="A geocoder that answers q=… with GeoJSON, such as the national address one.",
    )
    geocoder_seconds: float = Field(default=3, gt=0, description="Longest time it may take.")
