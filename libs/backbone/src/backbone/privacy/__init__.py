"""Erasure of persons, and the register of those who were erased."""
