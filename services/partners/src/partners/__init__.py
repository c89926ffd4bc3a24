"""The partners of the programme: who they are, what they sign, promise and give.

Owns organisations and umbrellas, conventions and commitments, leads, patronage, events, the board,
networks, referrals, housing needs, and the departments where the programme is open. Publishes on
`partners.*`. Consumes matching's events: mentees, mentors, pairings, outcomes, mergers, erasures.
"""
