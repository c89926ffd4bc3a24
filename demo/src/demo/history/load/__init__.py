"""A loader of the history's files and corrections through the public APIs."""
