"""What is counted and timed, by the names under which Prometheus sees it.

Objects of the module, because a process has one set of them. With several server processes on one port a scrape meets
any of them: set PROMETHEUS_MULTIPROC_DIR to an empty folder before the start, and each answers for all.
"""

import os
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from prometheus_client import CollectorRegistry, Counter, GCCollector, Histogram, ProcessCollector
from prometheus_client import generate_latest as _generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from app.store.tenants import StoreStatus

CONTENT_TYPE: Final = CONTENT_TYPE_LATEST
REGISTRY: Final = CollectorRegistry()

# A request is a few milliseconds, an answer by a model tens of seconds.
_HTTP_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_REPLY_BUCKETS = (0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60)
_BATCH_BUCKETS = (0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600)


def _counter(name: str, text: str, *labels: str) -> Counter:
    return Counter(f"hilo_{name}", text, labels, registry=REGISTRY)


def _histogram(name: str, text: str, buckets: tuple[float, ...], *labels: str) -> Histogram:
    return Histogram(f"hilo_{name}", text, labels, buckets=buckets, registry=REGISTRY)


WEBHOOKS: Final = _counter("webhooks", "Webhook requests: accepted, or the code of the error", "provider", "outcome")
MESSAGES: Final = _counter("messages", "Messages: stored, duplicate, unrouted or failed", "provider", "outcome")
AMENDMENTS: Final = _counter("amendments", "Edited and deleted messages", "provider", "kind", "outcome")
HANDOVERS: Final = _counter(
    "handovers", "Conversations that people took or gave back, and what providers were told", "provider", "outcome"
)
BACKFILLED: Final = _counter("backfilled", "Messages that no webhook brought and a comparison found", "provider")
REMINDERS: Final = _counter("reminders", "Reminders: written, done by another process, changed meanwhile", "outcome")
MEDIA: Final = _counter("media", "Messages with files: read, waiting, failed, changed, lost", "provider", "outcome")
DELIVERY_REPORTS: Final = _counter("delivery_reports", "Delivery reports", "provider", "status", "outcome")
REPLIES: Final = _counter("replies", "Turns of the agent: committed, overtaken, lost, paused, retried …", "outcome")
REPLY_SECONDS: Final = _histogram(
    "reply_seconds", "From claiming a conversation to its committed answer", _REPLY_BUCKETS
)
SENDS: Final = _counter("sends", "Messages given to a provider, by what came of it", "provider", "outcome")
CHATWOOT_SENDS: Final = _counter(
    "chatwoot_sends", "Messages to Chatwoot: answers to a webhook, and those that Hilo starts", "flow", "outcome"
)
BATCH_SECONDS: Final = _histogram("batch_seconds", "Duration of a batch run", _BATCH_BUCKETS)
BATCH_CONVERSATIONS: Final = _counter("batch_conversations", "Conversations that the batch read", "outcome")
BATCH_EVENTS: Final = _counter("batch_events", "Events that the batch changed", "action")
MODEL_CALLS: Final = _counter("model_calls", "Answers of the language model", "tenant", "part")
MODEL_TOKENS: Final = _counter(
    "model_tokens", "Tokens of the language model, as its server counts them", "tenant", "part", "kind"
)
MODEL_COST: Final = _counter("model_cost", "Cost of the language model, by the prices set", "tenant", "part")
DECISIONS: Final = _counter("decisions", "What people decided about events", "action", "outcome")
PUBLISHES: Final = _counter("publishes", "Events written to a calendar", "calendar", "outcome")
HTTP_SECONDS: Final = _histogram("http_seconds", "HTTP requests by route", _HTTP_BUCKETS, "method", "route", "status")


ProcessCollector(registry=REGISTRY)
GCCollector(registry=REGISTRY)


class _StoreGauges(Collector):
    def __init__(self, status: StoreStatus | None) -> None:
        self._status = status

    def collect(self) -> Iterator[Metric]:
        status = self._status
        yield GaugeMetricFamily("hilo_store_up", "1 when the store answers", value=float(status is not None))
        if status is None:
            return
        for name, text, value in (
            ("tenants", "Tenants", status.tenants),
            ("conversations_unprocessed", "Conversations that wait for the batch", status.conversations_unprocessed),
            ("conversations_parked", "Conversations that wait for a person", status.conversations_parked),
            ("replies_due", "Conversations that wait for an answer", status.replies_due),
            ("messages_unsent", "Messages that wait for their provider", status.messages_unsent),
            ("events_proposed", "Events that wait for a person", status.events_proposed),
            ("events_unpublished", "Confirmed events that no calendar holds yet", status.events_unpublished),
            ("messages_unrouted", "Messages kept for addresses that no tenant has", status.unrouted),
            (
                "oldest_unprocessed_seconds",
                "Age of the oldest unprocessed message",
                _age(status, status.oldest_unprocessed),
            ),
            ("oldest_reply_due_seconds", "How long an answer is overdue", _age(status, status.oldest_reply_due)),
        ):
            yield GaugeMetricFamily(f"hilo_{name}", text, value=float(value))


def _age(status: StoreStatus, since: datetime | None) -> float:
    return max((status.now - since).total_seconds(), 0.0) if since else 0.0


def exposition(status: StoreStatus | None) -> bytes:
    """Everything in Prometheus' text format; `status` None says that the store does not answer."""
    registry = REGISTRY
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    gauges = CollectorRegistry()
    gauges.register(_StoreGauges(status))
    return _generate_latest(registry) + _generate_latest(gauges)
