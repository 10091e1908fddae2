"""What language models took, by tenant and UTC day."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from app.models import ModelUsage, Value
from app.store.calls import Calls


class TenantUsage(Value):
    """What one tenant used of one model in one part of the server; `settings` are the tenant's own."""

    tenant_id: UUID
    tenant: str
    settings: Mapping[str, Any] = {}
    part: str
    model: str
    calls: int
    input_tokens: int
    output_tokens: int
    cost: float

    @property
    def tokens(self) -> int:
        return self.input_tokens + self.output_tokens


class UsageStore(Calls):
    async def reserve_model(self, use: UUID, *, tenant: UUID, part: str, model: str, cap: int) -> bool:
        """Whether the tenant, whose cap is `cap` tokens a day (0: none), may use the model now; then what it will take
        is counted as an estimate under the id `use`, until `use_model` says what it was."""
        answer = await self._call(
            "hilo_reserve_model", p_id=use, p_tenant=tenant, p_part=part, p_model=model, p_cap=cap
        )
        return bool(answer["granted"])

    async def use_model(
        self, use: UUID, *, tenant: UUID, part: str, model: str, usage: ModelUsage, cost: float = 0.0
    ) -> None:
        """Record it under the id `use`, once."""
        await self._call(
            "hilo_use_model",
            p_id=use,
            p_tenant=tenant,
            p_part=part,
            p_model=model,
            p_calls=usage.calls,
            p_input=usage.input_tokens,
            p_output=usage.output_tokens,
            p_cost=cost,
        )

    async def model_usage(self, tenant: UUID | None = None, *, days: int = 1) -> list[TenantUsage]:
        """Of the last `days` UTC days, today among them, by tenant, part and model."""
        rows = await self._call("hilo_model_usage", p_tenant=tenant, p_days=days)
        return [TenantUsage.model_validate(row) for row in rows]
