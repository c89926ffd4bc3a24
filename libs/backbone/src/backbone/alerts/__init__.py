"""Alerts: raised once each by the rules of a service, settled when their cause ends or by a person.

A service declares its table (tables.py) and its rules. A rule yields what is due among some locked
rows; the unique key of the table decides what is new (raising.py). Rules can therefore run as often
as one likes: what became due while the worker was stopped is raised once, when it runs again.
"""
