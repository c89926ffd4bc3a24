"""The messages of partners; a module has the name of its topic."""
