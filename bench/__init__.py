"""How fast the mechanism is, as ratios to what the same servers do without it.

`python -m bench` measures every row, `python -m bench relay` one. Each row takes the candidate and
its baseline in turns and reports the median of the ratios, so that a slow machine or a busy
neighbour changes both sides. It is not a test: it never fails for being slow.

The table shows each row's change against the previous release, whose results are committed as
`results/previous.json`. To replace them at a release, measure on a quiet machine, rows that take
minutes in a run of their own, then name the files that the runs saved:

    python -m bench
    python -m bench optimum round history growth
    python -m bench --keep bench/results/FILE bench/results/FILE
"""
