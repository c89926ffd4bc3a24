"""The messages of matching; a module has the name of its topic."""
