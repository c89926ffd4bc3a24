"""Time passes, messages arrive, and what the workers do in their own time is done."""

from random import Random

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.model.lives import CHANCE, WHICH
from tests.model.workers import Workers


class Times(Workers):
    """Rules of the clock, the network and the workers' tasks."""

    @rule(chance=CHANCE, batches=st.integers(1, 12))
    def deliver(self, chance: int, batches: int) -> None:
        """Deliver some of what is on its way, in the order of chance."""
        self.do(self.world.network.deliver(Random(chance), batches=batches))

    @rule(days=st.sampled_from([1, 2, 5, 8, 16, 21]), hours=st.integers(0, 14))
    def let_days_pass(self, days: int, hours: int) -> None:
        self.pass_time(days=days, hours=hours)

    @rule(months=st.sampled_from([1, 1, 3]), hours=st.integers(0, 14))
    def let_months_pass(self, months: int, hours: int) -> None:
        """Let months pass; the clocks are watched in each, as what is long past is not raised."""
        for _ in range(months):
            self.pass_time(days=31, hours=hours)

    @rule()
    def send_messages(self) -> None:
        self.send_due()

    @rule(which=WHICH, service=st.sampled_from(["matching", "partners"]))
    def settle_alert(self, which: int, service: str) -> None:
        if found := self.pick(service, "SELECT id FROM due ORDER BY id", which):
            self.post(service, f"/alerts/{found['id']}/resolution")
