"""What understands messages: the agent, the extractor, the batch around it, and what a language model may cost."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from app.extraction.base import Extractor
from app.settings import Settings
from app.store.store import Store

if TYPE_CHECKING:
    from app.agent import SchedulingAgent
    from app.extraction.llm.extractor import LLMExtractor
    from app.services.batch import BatchService
    from app.services.model_budget import ModelBudget


def make_agent(settings: Settings) -> "SchedulingAgent":
    from app.agent import SchedulingAgent, build_model
    from app.services.model_budget import count

    key = settings.openai_api_key
    model = build_model(key.get_secret_value() if key else None, settings.openai_base_url, settings.openai_model)
    return SchedulingAgent(model, timeout=settings.agent_timeout_seconds, on_usage=count)


def make_offline_agent() -> "SchedulingAgent":
    from app.agent import OfflineModel, SchedulingAgent

    return SchedulingAgent(OfflineModel())


def make_budget(settings: Settings, store: Store) -> "ModelBudget | None":
    """Who counts what the language model takes; None without one."""
    if settings.openai_api_key is None:
        return None
    from app.services.model_budget import ModelBudget

    return ModelBudget(
        store,
        model=settings.openai_model,
        daily_tokens=settings.llm_daily_tokens,
        input_price=settings.llm_input_price,
        output_price=settings.llm_output_price,
    )


def make_extractor(settings: Settings) -> Extractor:
    from app.extraction.rules import RulesExtractor

    if settings.openai_api_key is None:
        return RulesExtractor()
    return make_llm_extractor(settings)


def make_llm_extractor(settings: Settings) -> "LLMExtractor":
    """The extractor on the language model. Needs OPENAI_API_KEY."""
    from app.extraction.llm.extractor import Limits, LLMExtractor
    from app.extraction.rules import RulesExtractor
    from app.services.model_budget import count

    assert settings.openai_api_key is not None
    return LLMExtractor(
        api_key=settings.openai_api_key,
        base_url=settings.openai_base_url,
        model=settings.openai_model,
        limits=Limits(
            window_tokens=settings.llm_window_tokens,
            timeout=settings.llm_timeout_seconds,
            attempts=settings.llm_attempts,
        ),
        fallback=RulesExtractor() if settings.llm_fallback == "rules" else None,
        on_usage=count,
    )


def make_batch(settings: Settings, store: Store, *, on_events: Callable[[], None] = lambda: None) -> "BatchService":
    from app.extraction.rules import RulesExtractor
    from app.services.batch import BatchPolicy, BatchService

    return BatchService(
        store,
        make_extractor(settings),
        policy=BatchPolicy(
            event_minutes=settings.event_minutes,
            conflict_policy=settings.conflict_policy,
            max_attempts=settings.batch_max_attempts,
            lease_seconds=settings.lease_seconds,
            concurrency=settings.batch_concurrency,
        ),
        on_events=on_events,
        budget=make_budget(settings, store),
        offline=RulesExtractor(),
    )
