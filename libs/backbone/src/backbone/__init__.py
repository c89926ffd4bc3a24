"""What every service stands on: mechanism without meaning. No word of the domain belongs here."""
