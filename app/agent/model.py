"""The chat model that the settings ask for."""

from langchain_core.language_models import BaseChatModel
from pydantic import SecretStr

from app.agent.offline_model import OfflineModel


def build_model(openai_api_key: str | None, base_url: str | None, model: str) -> BaseChatModel:
    """A client of an OpenAI-compatible server, or the offline model when there is no key.

    A call waits at most 30 s and is repeated twice (the client backs off on 429 and 5xx by itself).
    """
    if not openai_api_key:
        return OfflineModel()
    from langchain_openai import ChatOpenAI  # noqa: PLC0415 - takes two seconds to import

    return ChatOpenAI(
        openai_api_key=SecretStr(openai_api_key),
        openai_api_base=base_url or None,
        model_name=model,
        request_timeout=30,
        max_retries=2,
    )
