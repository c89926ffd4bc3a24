"""The right word to the right person at the right moment.

Owns messages and opt-outs. Listens to matching: who was paired, who stays in touch, how to reach
them. Publishes nothing.
"""
