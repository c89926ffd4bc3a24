"""The definitions of the figures, a module for each topic."""
