"""Figures by SQL over the read model, targets, and the live stream."""
