"""The matching service: mentees, mentors, their pairings, contacts and outcomes.

Owns these and publishes their events on `matching.*`. Consumes the events of partners: which
organisations are covered by a convention, and which youths are referred.
"""
