"""The solver of rounds: optimal pairs of waiting mentees and free mentors, proved and explained.

`solve_round` turns `inputs` into a `draft`: `encoding` makes arrays of people, `rules` and `scores`
evaluate pairs in `blocks`, and the best assignment of few pairs (`assignment`) is extended by
`columns` until it is that of all. `certificate_check` verifies the result without the solver;
`residual`, `costs` and `explanations` answer questions about it.
"""
