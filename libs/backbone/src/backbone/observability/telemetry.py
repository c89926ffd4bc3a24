"""Metrics and traces. The names are those that Prometheus scrapes at `/metrics`."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from opentelemetry import propagate, trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from prometheus_client import Counter, Gauge, Histogram

REQUESTS = Histogram(
    "http_request_duration_seconds",
    "Time from a request's arrival to the start of its answer.",
    ["method", "route", "status"],
)
EMITTED = Counter("events_emitted_total", "Messages written to the outbox.")
RELAYED = Counter("events_relayed_total", "Messages that Kafka acknowledged.")
TAKEN_IN = Counter("events_taken_in_total", "Messages applied by this consumer.")
REPEATED = Counter("events_repeated_total", "Messages delivered again, and left alone.")
SET_ASIDE = Counter("events_set_aside_total", "Messages that could not be applied.", ["cause"])
GAPS = Counter("event_gaps_total", "Sequences that jumped: a loss upstream. Should stay at 0.")
TASK_FAILURES = Counter(
    "worker_task_failures_total", "Rows, messages or passes that a task could not do.", ["task"]
)
DEAD_LETTERS = Gauge("dead_letters", "What is set aside and has to be retried.")
LAG = Gauge("consumer_lag_messages", "Messages on the topics that are not yet applied.")
BACKLOG = Gauge("outbox_messages", "Messages decided and not yet acknowledged by Kafka.")

MOST_LINKS = 100


def start_tracing(service: str) -> None:
    """Give every request and message a trace id, the caller's if there is one."""
    trace.set_tracer_provider(TracerProvider(resource=Resource({"service.name": service})))


tracer = trace.get_tracer("backbone")


@contextmanager
def continued(traceparents: Iterable[str | None], *, name: str) -> Iterator[None]:
    """Continue the trace that these messages share; if several, a new one linked to them."""
    contexts = [
        propagate.extract({"traceparent": parent}) for parent in set(traceparents) if parent
    ]
    links = [trace.Link(trace.get_current_span(one).get_span_context()) for one in contexts]
    with tracer.start_as_current_span(
        name,
        context=contexts[0] if len(contexts) == 1 else None,
        links=links[:MOST_LINKS],
        kind=trace.SpanKind.CONSUMER,
    ):
        yield
