"""Fixtures for the tests of services, on real servers."""
