from backbone.settings import Settings


class PartnersSettings(Settings):
    """Partners needs nothing beyond what every service has."""
