"""The check of a draft's certificate against its inputs, without the solver.

Linear programming duality: prices that are high enough for every eligible pair, and that add up to
the worth of the proposals, bound the worth of any choice. The covers are König's.
"""

from collections import Counter
from collections.abc import Iterator

import numpy as np

from matching.solver.assignment.solution import NOBODY
from matching.solver.blocks import Blocks
from matching.solver.certificate import Certificate
from matching.solver.draft import Draft
from matching.solver.encoding import Bools, EncodedInputs, Ints
from matching.solver.inputs import Inputs
from matching.solver.objective import unlocked, worth_of


def violations(inputs: Inputs, draft: Draft) -> list[str]:
    """Return a sentence for each fault of the draft; none if it is proved optimal."""
    free = unlocked(inputs)
    blocks = Blocks(EncodedInputs(free))
    return [*_sums(blocks, draft), *_bounds(blocks, draft.certificate)]


def _sums(blocks: Blocks, draft: Draft) -> Iterator[str]:
    """Yield the faults of the proposals: not eligible, beyond the places, or wrong sums."""
    encoded, certificate = blocks.encoded, draft.certificate
    found = [each for each in draft.proposed if not each.locked]
    mentees = [encoded.mentee_at.get(each.mentee_id, -1) for each in found]
    mentors = [encoded.mentor_at.get(each.mentor_id, -1) for each in found]
    if -1 in mentees or -1 in mentors:
        yield "Somebody who is proposed is not in the round."
        return
    if len(set(mentees)) < len(mentees):
        yield "A mentee is proposed to two mentors."
    taken = Counter(mentors)
    if any(number > encoded.places[mentor] for mentor, number in taken.items()):
        yield "A mentor is proposed to more mentees than there are places."
    pairs = {*zip(mentees, mentors, strict=True)}
    if certificate.mentor_of is not None and _chosen(certificate) != pairs:
        yield "The certificate is about another choice than what is proposed."
    worth = 0
    for each, mentee, mentor in zip(found, mentees, mentors, strict=True):
        score = _score(blocks, mentee, mentor)
        if score is None:
            yield f"{each.mentee_id} and {each.mentor_id} are not eligible."
        elif not each.score == score == sum(each.contributions.values()):
            yield f"The score of {each.mentee_id} and {each.mentor_id} is another one."
        worth += each.score * certificate.unit + int(encoded.days_waiting[mentee])
    priority = int(encoded.priority[mentees].sum()) if mentees else 0
    if certificate.unit <= int(encoded.days_waiting.sum()):
        yield "A point of score is not worth more than all days waited together."
    certified = (certificate.worth, certificate.matched, certificate.priority_matched)
    if certified != (worth, len(found), priority):
        yield "The proposals do not add up to what the certificate says."


def _chosen(certificate: Certificate) -> set[tuple[int, int]]:
    mentor_of = enumerate(certificate.mentor_of or ())
    return {(mentee, mentor) for mentee, mentor in mentor_of if mentor != NOBODY}


def _score(blocks: Blocks, mentee: int, mentor: int) -> int | None:
    """Return the score of an eligible pair, else `None`."""
    here = np.array([mentee], np.int64), np.array([mentor], np.int64)
    if any(forbidden[0, 0] for forbidden in blocks.rules.forbidding(*here).values()):
        return None
    return int(blocks.scores.of(*here)[0, 0])


def _bounds(blocks: Blocks, certificate: Certificate) -> Iterator[str]:
    """Yield the faults of the bounds: on the number of pairs, the priority, and the worth."""
    encoded = blocks.encoded
    u, v = np.array(certificate.of_mentees, np.int64), np.array(certificate.of_mentors, np.int64)
    if (len(u), len(v)) != (len(encoded.inputs.mentees), len(encoded.inputs.mentors)):
        yield "The certificate has prices for other people."
        return
    if min(u.min(initial=0), v.min(initial=0), certificate.per_pair, certificate.per_priority) < 0:
        yield "A price is below nothing."
    requested = min(certificate.min_priority, certificate.priority_matched)
    bound = int(u.sum()) + int((v * encoded.places).sum())
    bound -= certificate.per_pair * certificate.matched + certificate.per_priority * requested
    if bound != certificate.worth:
        yield "The prices do not add up to the worth of the proposals."
    cover = _Cover(encoded, certificate.cover_mentees, certificate.cover_mentors)
    if cover.room != certificate.matched:
        yield "The cover has room for another number of pairs than was found."
    scarce = _scarce(encoded, certificate)
    if scarce and scarce.room != certificate.priority_matched:
        yield "More mentees with priority could be proposed, as far as the cover shows."
    yield from _each(blocks, (u, v), certificate, cover, scarce)


def _each(
    blocks: Blocks,
    prices: tuple[Ints, Ints],
    certificate: Certificate,
    cover: "_Cover",
    scarce: "_Cover | None",
) -> Iterator[str]:
    """Yield a fault if an eligible pair exceeds its prices or is outside the covers."""
    encoded, (u, v) = blocks.encoded, prices
    bonus = certificate.per_pair + certificate.per_priority * encoded.priority
    for block in blocks:
        worth = worth_of(block.scores, encoded, block.mentees, unit=certificate.unit)
        priced = u[block.mentees][:, None] + v[block.mentors][None, :]
        if np.any(block.eligible & (worth + bonus[block.mentees][:, None] > priced)):
            yield "A pair is worth more than its prices."
        if np.any(block.eligible & ~cover.touches(block.mentees, block.mentors)):
            yield "A pair is outside the cover."
        if scarce:
            missed = block.eligible & ~scarce.touches(block.mentees, block.mentors)
            if np.any(missed & encoded.priority[block.mentees][:, None]):
                yield "A pair with priority is outside its cover."


class _Cover:
    """A vertex cover: mentees and mentors of whom every pair has one."""

    def __init__(self, encoded: EncodedInputs, mentees: list[int], mentors: list[int]) -> None:
        self.mentees, self.mentors = (
            _in(mentees, len(encoded.priority)),
            _in(mentors, len(encoded.places)),
        )
        self.room = len(set(mentees)) + int(encoded.places[self.mentors].sum())

    def touches(self, mentees: Ints, mentors: Ints) -> Bools:
        """Return whether each pair of these mentees and mentors is covered, as a matrix."""
        touched: Bools = self.mentees[mentees][:, None] | self.mentors[mentors][None, :]
        return touched


def _in(chosen: list[int], number: int) -> Bools:
    marked = np.zeros(number, bool)
    marked[chosen] = True
    return marked


def _scarce(encoded: EncodedInputs, certificate: Certificate) -> _Cover | None:
    """Return the cover of mentees with priority, where fewer were proposed than requested."""
    if not certificate.shortfall:
        return None
    mentees, mentors = certificate.priority_cover_mentees, certificate.priority_cover_mentors
    return _Cover(encoded, mentees or [], mentors or [])
