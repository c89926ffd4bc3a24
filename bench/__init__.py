"""How fast the mechanism is, as ratios to what the same servers do without it.

`python -m bench` measures every row, `python -m bench relay` one. Each row takes the candidate and
its baseline in turns and reports the median of the ratios, so that a slow machine or a busy
neighbour moves both sides. It is no test: it never fails for being slow.
"""
