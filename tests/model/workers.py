"""What the workers do in their own time, and what must hold of it at once."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from tests.model import alerts
from tests.model.lives import Lives, Row
from tests.model.world import Broken

OVERDUE = "SELECT id FROM pairing WHERE state = 'proposed' AND answer_by < :yesterday"
NAIVE = {
    "matching": (alerts.MATCHING, alerts.IN_MATCHING, alerts.GONE_IN_MATCHING),
    "partners": (alerts.PARTNERS, alerts.IN_PARTNERS, alerts.GONE_IN_PARTNERS),
}
STATES = {True: "open", False: "settled", None: "absent"}


class Workers(Lives):
    """The network, the clocks and the senders, as rules set them going."""

    def deliver_all(self, chance: int = 0) -> None:
        self.do(self.world.network.drain(Random(chance)))

    def pass_time(self, *, days: int, hours: int = 0) -> None:
        """Let days pass; the clocks are watched at their end only."""
        self.do(self.world.clock.step(timedelta(days=days, hours=hours)))
        self.watch_clocks()

    def send_due(self) -> None:
        """Send what is due; raise `Broken` if it is against what notifications heard."""
        before = len(self.world.carried.letters)
        self.do(self.world.send_messages())
        for message_id, channel, at in self.world.carried.letters[before:]:
            [letter] = self.rows(
                "notifications", "SELECT * FROM message WHERE id = :id", id=message_id
            )
            if why := self.world.mailbox.forbids(letter, at):
                raise Broken(f"Sent by {channel} although {why}: {dict(letter)}")

    def watch_clocks(self) -> None:
        """Look at the clocks; the alerts are then those of the naive implementation."""
        self.do(self.world.let_expire())
        yesterday = self.today - timedelta(days=1)
        if left := self.rows("matching", OVERDUE, yesterday=yesterday):
            raise Broken(f"Proposals did not expire: {left}")
        now = self.world.clock.now
        foreseen = {each: self._foresee(each, now) for each in NAIVE}
        self.do(self.world.raise_alerts(now))
        for service, wanted in foreseen.items():
            found = alerts.found(self._due(service))
            for alert in wanted.keys() | found.keys():
                if wanted.get(alert) != found.get(alert):
                    there, right = STATES[found.get(alert)], STATES[wanted.get(alert)]
                    raise Broken(f"{alert} of {service} is {there}, and must be {right}")

    def known(self, service: str, now: datetime) -> alerts.Known:
        """Read all rows on which the alerts of a service depend."""
        tables, _, _ = NAIVE[service]
        rows = {name: self.rows(service, query) for name, query in tables.items()}
        return alerts.Known(now, self._due(service), rows)

    def _foresee(self, service: str, now: datetime) -> dict[alerts.Alert, bool]:
        _, raises, gone = NAIVE[service]
        return alerts.after_look(self.known(service, now), raises, gone)

    def _due(self, service: str) -> Sequence[Row]:
        return self.rows(service, "SELECT * FROM due")
