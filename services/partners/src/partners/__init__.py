"""Who works with the programme, and what binds them to it.

Owns organisations, their umbrellas and the conventions they sign. Publishes them on `partners.*`.
Listens to matching, to show what each organisation's mentors do.
"""
