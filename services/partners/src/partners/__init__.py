"""Who works with the programme, and what binds them to it.

Owns organisations, their umbrellas, the conventions they sign, and where the programme is open.
Publishes them on `partners.*`.
Listens to matching, to show what each organisation's mentors do.
"""
