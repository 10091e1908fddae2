"""What the client counts and times, in prometheus_client's default registry."""

from typing import Final

from prometheus_client import Counter, Gauge, Histogram

LOOKUP_SECONDS: Final = Histogram("hilo_client_lookup_seconds", "Look-ups of a phone's tenant or conversation")
SYNCS: Final = Counter("hilo_client_syncs", "State syncs: success, or failed (queued or refused)", ["outcome"])
SYNC_SECONDS: Final = Histogram("hilo_client_sync_seconds", "Duration of a state sync")
MESSAGE_FAILURES: Final = Counter("hilo_client_message_failures", "Messages that were not delivered at once", ["role"])
REQUESTS: Final = Counter("hilo_client_requests", "Calls of the API: ok, refused or unavailable", ["outcome"])
RESPONSE_SECONDS: Final = Histogram("hilo_client_agent_response_seconds", "From a user's message to the bot's answer")
OUTBOX: Final = Gauge("hilo_client_outbox_length", "Calls that wait for the API to be back")
OUTBOX_DROPPED: Final = Counter("hilo_client_outbox_dropped", "Calls given up: refused by the API, or no room", ["why"])
