"""A second implementation of every figure, in plain Python, from what the producers published.

It shares nothing with reporting but the published language (`contracts`): no SQL, no table of a
read model. The definition of each figure, in words, is what both implement.
"""
