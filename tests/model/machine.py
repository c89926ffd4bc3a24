"""The machine that Hypothesis drives: all rules, and the invariants where everything arrived.

Invariants compare services with each other, so they are asked once the network is drained: by the
rule `settle_down`, and at the end of each life.
"""

import sys

from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from tests.model import invariants
from tests.model.acts import Acts
from tests.model.lives import CHANCE
from tests.model.rules.board import Board
from tests.model.rules.files import Files
from tests.model.rules.giving import Events, Gifts, Speakers
from tests.model.rules.housing import Housing
from tests.model.rules.leads import Leads
from tests.model.rules.networks import Networks
from tests.model.rules.pairs import TOGETHER, LateRounds, Outcomes, Proposals, Reviews, Rounds
from tests.model.rules.partner_files import PartnerFiles
from tests.model.rules.partners import Commitments, Conventions, Organisations
from tests.model.rules.people import Erasures, Joining, Merges, OptOuts, Referrals
from tests.model.rules.times import Times

EVERYTHING = (
    *(Organisations, Conventions, Commitments, Events, Gifts, Speakers),
    *(Leads, Networks, Housing, Board),
    *(Joining, Merges, Erasures, Referrals, OptOuts),
    *(Proposals, Rounds, LateRounds, Reviews, *TOGETHER, Outcomes),
    *(Files, PartnerFiles, Times),
)
"""All rules there are; a run may leave some out."""


class Foundation(Acts):
    """How every life begins and ends, and where it is looked at."""

    def __init__(self) -> None:
        super().__init__()
        self.made = set()
        self.do(self.world.begin())

    @initialize(
        drafted=st.booleans(),
        renews=st.booleans(),
        paired=st.sampled_from([True, True, False]),
        ends_in=st.sampled_from([None, 40, 100]),
    )
    def found_programme(
        self, drafted: bool, renews: bool, paired: bool, ends_in: int | None
    ) -> None:
        """Begin with two organisations under one convention, two mentors and four mentees."""
        made = [self.found_organisation("company", number) for number in (1, 2)]
        body = self.terms(0, 1, ends_in, renews=renews)
        if drafted:
            draft = {"title": "The first one", "proposal": body}
            written = self.post("partners", "/convention-drafts", **draft)
            assert written
            path = f"/convention-drafts/{written['id']}/signature"
            self.post("partners", path, signed_on=self.day(0))
        else:
            self.post("partners", "/conventions", signed_on=self.day(0), **body)
        self.deliver_all()  # matching takes no mentor of whom it does not know to be covered
        for number, organisation in enumerate(made, start=1):
            self.take_mentor(number, "75", number, str(organisation["id"]))
        for number in (1, 2, 3, 4):
            mentee = self.take_application(number, "93", phone=True)
            self.post("matching", f"/mentees/{mentee}/decision", admit=True)
        self.deliver_all()
        if paired:
            self.begin_pair(0, 0)

    @rule(chance=CHANCE, looks=st.sampled_from([False, False, True]))
    def settle_down(self, chance: int, looks: bool) -> None:
        """Let everything arrive, and look now and then whether all is as it must be."""
        self.deliver_all(chance)
        if looks:
            self.do(invariants.check_all(self.world))

    def teardown(self) -> None:
        """Look at the end of a life, unless something was wrong before."""
        if sys.exception() is None:
            self.settle_down(0, looks=True)
