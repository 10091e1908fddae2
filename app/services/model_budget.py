"""What the language model takes, by tenant: counted, stored, and capped by the day.

The cap counts for all processes together, because it is asked of the store. It is asked before an answer and before a
conversation, which count as an estimate while they are under way; what has begun is finished. At the cap the offline
model answers and the rules extractor reads.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from contextvars import ContextVar
from uuid import UUID, uuid4

import structlog

from app.errors import HiloError
from app.models import ModelUsage, Tenant
from app.services.health import Finding, Level
from app.services.metrics import MODEL_CALLS, MODEL_COST, MODEL_TOKENS
from app.store.store import Store

log = structlog.get_logger(__name__)

_MILLION = 1_000_000


class Bill:
    """What one answer, or one conversation read, has taken so far."""

    def __init__(self) -> None:
        self.usage = ModelUsage()

    def add(self, usage: ModelUsage) -> None:
        self.usage = self.usage.plus(usage)


# The model's client calls back deep inside an extractor or a graph, which know nothing of tenants.
_BILL: ContextVar[Bill | None] = ContextVar("hilo_model_bill", default=None)


def count(usage: ModelUsage) -> None:
    """Put what a call took on the bill of whoever waits for it; nobody's, outside of `ModelBudget.metered`."""
    bill = _BILL.get()
    if bill is not None:
        bill.add(usage)


class ModelBudget:
    """`daily_tokens`: of each tenant that sets none of its own, 0: any number. Prices: of a million tokens."""

    def __init__(
        self, store: Store, *, model: str, daily_tokens: int = 0, input_price: float = 0.0, output_price: float = 0.0
    ) -> None:
        self._store = store
        self._model = model
        self._daily_tokens = daily_tokens
        self._prices = (input_price, output_price)

    def cost(self, usage: ModelUsage) -> float:
        return (usage.input_tokens * self._prices[0] + usage.output_tokens * self._prices[1]) / _MILLION

    @asynccontextmanager
    async def metered(self, tenant: Tenant, part: str) -> AsyncIterator[Bill | None]:
        """What the model takes inside is counted for the tenant, also when the work fails. None where the tenant may
        not use the model any more today (UTC)."""
        use, cap = uuid4(), self._cap(tenant.settings.llm_daily_tokens)
        if cap and not await self._store.reserve_model(use, tenant=tenant.id, part=part, model=self._model, cap=cap):
            log.info("model not asked: the day's tokens are used up", tenant=tenant.slug, cap=cap)
            yield None
            return
        bill = Bill()
        before = _BILL.set(bill)
        try:
            yield bill
        finally:
            _BILL.reset(before)
            if bill.usage.calls or cap:
                await self._record(use, tenant, part, bill.usage)

    async def _record(self, use: UUID, tenant: Tenant, part: str, usage: ModelUsage) -> None:
        cost = self.cost(usage)
        MODEL_CALLS.labels(tenant.slug, part).inc(usage.calls)
        MODEL_TOKENS.labels(tenant.slug, part, "input").inc(usage.input_tokens)
        MODEL_TOKENS.labels(tenant.slug, part, "output").inc(usage.output_tokens)
        MODEL_COST.labels(tenant.slug, part).inc(cost)
        try:
            await self._store.use_model(use, tenant=tenant.id, part=part, model=self._model, usage=usage, cost=cost)
        except HiloError as error:  # no reason to lose the answer
            log.warning("model use not recorded", tenant=tenant.slug, error=error.detail, tokens=usage.tokens)

    async def findings(self) -> Sequence[Finding]:
        """The tenants that have used up their day."""
        used: dict[str, int] = {}
        caps: dict[str, int] = {}
        for row in await self._store.model_usage():
            used[row.tenant] = used.get(row.tenant, 0) + row.tokens
            caps[row.tenant] = self._cap(row.settings.get("llm_daily_tokens"))
        return [
            Finding(
                part="model",
                level=Level.WARNING,
                detail=f"{tenant} has used {tokens} of its {caps[tenant]} tokens of today (UTC): until midnight the "
                "offline model answers and the rules read",
            )
            for tenant, tokens in used.items()
            if caps[tenant] and tokens >= caps[tenant]
        ]

    def _cap(self, own: int | None) -> int:
        return self._daily_tokens if own is None else own
