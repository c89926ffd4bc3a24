"""Who mentors whom, and what came of it.

Owns mentees, mentors, pairings, contacts and outcomes. Publishes their life on `matching.*`.
Listens to partners, to know which organisations are covered by a convention.
"""
