from backbone.settings import Settings


class MatchingSettings(Settings):
    """Matching needs nothing beyond what every service has."""
