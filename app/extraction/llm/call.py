"""One structured answer of a language model: asked for over HTTP, tried again within bounds, counted, validated.

Works with OpenAI and every server with its interface.
"""

import asyncio
import math
import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

import openai
from langchain_core.messages import AIMessage, AnyMessage
from langchain_openai import ChatOpenAI
from openai.types.chat import ChatCompletion
from pydantic import SecretStr, ValidationError

from app.errors import ExtractionError
from app.extraction.llm.prompt import tokens_of
from app.extraction.llm.schema import ModelReading
from app.models import ModelUsage

_MAX_WAIT = 20.0  # a server may ask for minutes; the batch rather comes back later
_MOST_EVENTS = 200  # of one window; a model that is beside itself lists thousands
_TRY_AGAIN = frozenset({408, 409, 429})
# As a dict: given the class, the client parses by itself and throws away what an unreadable answer has cost.
_FORM = {"name": "events", "strict": True, "schema": ModelReading.model_json_schema()}


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """window_tokens: estimated size of a window; timeout: seconds of one call, answer included; attempts: calls for one
    answer; backoff: seconds before the second, doubled each time, unless the server names a time."""

    window_tokens: int = 12_000
    timeout: float = 60.0
    attempts: int = 3
    backoff: float = 1.0


class ReadingModel:
    """`on_usage`: told of every call that came to an answer, useful or not, in the caller's context."""

    def __init__(
        self,
        *,
        api_key: SecretStr,
        base_url: str | None,
        model: str,
        limits: Limits,
        on_usage: Callable[[ModelUsage], None],
    ) -> None:
        self._limits = limits
        self._on_usage = on_usage
        chat = ChatOpenAI(
            openai_api_key=api_key,
            openai_api_base=base_url or None,
            model_name=model,
            request_timeout=limits.timeout,
            max_retries=0,  # the attempts are counted here, where Retry-After has a bound
        )
        self._model = chat.with_structured_output(_FORM, method="json_schema", include_raw=True)

    async def ask(self, messages: Sequence[AnyMessage], *, attempts: int | None = None) -> ModelReading:
        """One answer of the model. Raises `ExtractionError` with what was wrong with the last attempt."""
        attempts = attempts or self._limits.attempts
        wrong = ""
        for attempt in range(attempts):
            wait = self._limits.backoff * 2**attempt * random.uniform(1, 1.5)  # noqa: S311 - spreads retries
            try:
                # The client's own timeout is per read: a server that drips would hold it for ever.
                async with asyncio.timeout(self._limits.timeout):
                    answer: Any = await self._model.ainvoke(list(messages))
                return self._reading(answer["raw"], messages)
            except TimeoutError:
                wrong = f"gave no whole answer within {self._limits.timeout:g} s"
            except _BadAnswer as error:
                wrong, wait = str(error), 0.0
            except openai.APIStatusError as error:
                wrong = f"answered {error.status_code}"
                if error.status_code < 500 and error.status_code not in _TRY_AGAIN:
                    break
                wait = min(retry_after(error.response.headers) or wait, _MAX_WAIT)
            except openai.APITimeoutError:
                wrong = f"did not answer within {self._limits.timeout:g} s"
            except openai.APIConnectionError:
                wrong = "could not be reached"
            except openai.LengthFinishReasonError as error:
                wrong, wait = "was cut off before its answer was complete", 0.0
                self._count_completion(error.completion, messages)
            except openai.ContentFilterFinishReasonError as error:
                wrong, wait = "was stopped by its content filter", 0.0
                self._count_completion(error.completion, messages)
            except Exception as error:  # noqa: BLE001 - a client meets answers that nobody thought of
                wrong = f"failed ({type(error).__name__})"
            if attempt + 1 < attempts:
                await asyncio.sleep(wait)
        raise ExtractionError(f"The language model {wrong}.")

    def _reading(self, raw: AIMessage, messages: Sequence[AnyMessage]) -> ModelReading:
        usage = raw.usage_metadata
        self._count(
            messages,
            raw.text,
            (usage["input_tokens"], usage["output_tokens"]) if usage else (0, 0),
        )
        if raw.additional_kwargs.get("refusal"):
            raise _BadAnswer("refused to read this conversation")
        if raw.response_metadata.get("finish_reason") == "length":
            raise _BadAnswer("was cut off before its answer was complete")
        try:
            reading = ModelReading.model_validate_json(raw.text)
        except ValidationError:
            what = "gave an answer that does not fit the form asked for" if raw.text else "answered nothing"
            raise _BadAnswer(what) from None
        if len(reading.events) > _MOST_EVENTS:
            raise _BadAnswer(f"listed {len(reading.events)} events, which nobody can mean")
        return reading

    def _count_completion(self, completion: ChatCompletion | None, messages: Sequence[AnyMessage]) -> None:
        usage = completion.usage if completion else None
        text = (completion.choices[0].message.content or "") if completion else ""
        self._count(messages, text, (usage.prompt_tokens, usage.completion_tokens) if usage else (0, 0))

    def _count(self, messages: Sequence[AnyMessage], text: str, told: tuple[int, int]) -> None:
        """What the server says it took; an estimate where it says nothing, or the daily cap would never come."""
        sent, written = (max(tokens or 0, 0) for tokens in told)
        if sent + written <= 0:
            sent, written = sum(tokens_of(m.text) for m in messages), tokens_of(text)
        self._on_usage(ModelUsage(calls=1, input_tokens=sent, output_tokens=written))


class _BadAnswer(Exception):
    """An answer arrived, and is of no use."""


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds that the server asks to wait: `retry-after-ms`, else `Retry-After` in seconds or as a date (RFC 9110)."""
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        said = headers.get(name)
        if said is None:
            continue
        try:
            seconds = float(said) * unit
        except ValueError:
            try:
                seconds = parsedate_to_datetime(said).timestamp() - time.time()
            except ValueError:
                continue
        if math.isfinite(seconds):
            return max(seconds, 0.0)
    return None
