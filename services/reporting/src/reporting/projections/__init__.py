"""Projections: events become rows of the read model; a rebuild runs them again."""

from reporting.projections.facts import projections

__all__ = ["projections"]
