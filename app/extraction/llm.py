"""The extractor on a language model: one structured call per window, code checks it, at most one repair per window.

Works with OpenAI and every server with its interface. Documented in docs/llm.md.
"""

import asyncio
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_OID, uuid5

import openai
import structlog
from langchain_core.messages import AIMessage, AnyMessage, HumanMessage, SystemMessage
from langchain_openai import ChatOpenAI
from pydantic import SecretStr

from app.errors import ExtractionError
from app.extraction.base import Extraction, Extractor, KnownEvent, Reason, Transcript
from app.extraction.grounding import Grounded, Grounding
from app.extraction.llm_prompt import repair_prompt, system_prompt, transcript_text
from app.extraction.llm_schema import ModelReading
from app.extraction.llm_windows import distinct, windows
from app.extraction.reconcile import similarity
from app.extraction.survey import Survey
from app.models import EventDraft, EventStatus, ModelUsage

log = structlog.get_logger(__name__)

_MAX_WAIT = 20.0  # a server may ask for minutes; the batch rather comes back later
_TRY_AGAIN = frozenset({408, 409, 429})


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """window_tokens: estimated size of a window; timeout: seconds of one call, answer included; attempts: calls for one
    answer; backoff: seconds before the second, doubled each time, unless the server names a time."""

    window_tokens: int = 12_000
    timeout: float = 60.0
    attempts: int = 3
    backoff: float = 1.0


class LLMExtractor:
    """`Extractor` on an OpenAI-compatible server.

    fallback: reads the conversation when the model cannot; without one `extract` raises `ExtractionError`.
    on_usage: told of every answered call, in the caller's context.
    """

    name = "llm"

    def __init__(
        self,
        *,
        api_key: SecretStr,
        base_url: str | None,
        model: str,
        limits: Limits | None = None,
        fallback: Extractor | None = None,
        on_usage: Callable[[ModelUsage], None] = lambda _: None,
    ) -> None:
        self._limits = limits or Limits()
        self._fallback = fallback
        self._on_usage = on_usage
        chat = ChatOpenAI(
            openai_api_key=api_key,
            openai_api_base=base_url or None,
            model_name=model,
            request_timeout=self._limits.timeout,
            max_retries=0,  # the attempts are counted here, where Retry-After has a bound
        )
        self._model = chat.with_structured_output(ModelReading, method="json_schema", strict=True, include_raw=True)

    async def extract(self, transcript: Transcript) -> Extraction:
        """The events of a conversation. Raises `ExtractionError` when the model failed and there is no fallback."""
        try:
            events = await self._read(transcript)
        except ExtractionError as error:
            if self._fallback is None:
                raise
            log.warning("model failed, read by the fallback", error=error.detail)
            return await self._fallback.extract(transcript)
        return Extraction(events=events, extractor=self.name)

    async def _read(self, transcript: Transcript) -> tuple[EventDraft, ...]:
        ids = {f"m{n}": n - 1 for n in range(1, len(transcript.messages) + 1)}
        survey = await asyncio.to_thread(lambda: Survey(transcript=transcript))  # seconds where there are thousands
        found: list[EventDraft] = []
        for window in windows(transcript.messages, self._limits.window_tokens):
            known = {f"k{n}": event for n, event in enumerate(transcript.known_events, 1)}
            # What earlier windows found is carried as known, so that a later one can move it or call it off.
            carried = {f"k{len(known) + n}": draft for n, draft in enumerate(found, 1)}
            names = {**known, **{name: _as_known(name, draft) for name, draft in carried.items()}}
            shown = {name: index for name, index in ids.items() if index in window}
            grounding = Grounding(transcript=transcript, ids=shown, known=names, survey=survey)
            read = await self._read_window(transcript, grounding)
            found = _carry(found, carried, names, read)
        return distinct(found)

    async def _read_window(self, transcript: Transcript, grounding: Grounding) -> list[tuple[str | None, EventDraft]]:
        messages: list[AnyMessage] = [
            SystemMessage(system_prompt(transcript.time_zone, list(grounding.known.items()))),
            HumanMessage(
                transcript_text(
                    [(name, transcript.messages[i]) for name, i in grounding.ids.items()], transcript.time_zone
                )
            ),
        ]
        reading = await self._ask(messages)
        first = grounding.check(reading.events)
        doubtful = [one for one in first if one.doubts]
        if not doubtful:
            return _drafts(reading, first)
        problems = [f"{one.title!r}: {doubt.text}" for one in doubtful for doubt in one.doubts]
        again = [*messages, AIMessage(reading.model_dump_json()), HumanMessage(repair_prompt(problems))]
        try:
            repaired = await self._ask(again, attempts=1)
        except ExtractionError as error:  # the first reading stands, its doubtful events for a person
            log.info("no repair", error=error.detail)
            return _drafts(reading, first)
        second = grounding.check(repaired.events)
        drafts = _drafts(repaired, second)
        # What was found and not said again is not forgotten: sound as it was, or as a doubt for a person.
        for one in _drafts(reading, first):
            if not any(_alike(one[1], other) for _, other in drafts):
                drafts.append(one)
        return drafts

    async def _ask(self, messages: Sequence[AnyMessage], *, attempts: int | None = None) -> ModelReading:
        """One answer of the model. Raises `ExtractionError` with what was wrong with the last attempt."""
        attempts = attempts or self._limits.attempts
        wrong = ""
        for attempt in range(attempts):
            wait = self._limits.backoff * 2**attempt * random.uniform(1, 1.5)  # noqa: S311 - spreads retries
            try:
                # The client's own timeout is per read: a server that drips would hold it for ever.
                async with asyncio.timeout(self._limits.timeout):
                    answer = await self._model.ainvoke(list(messages))
                return self._parsed(answer)
            except TimeoutError:
                wrong = f"gave no whole answer within {self._limits.timeout:g} s"
            except _BadAnswer as error:
                wrong, wait = str(error), 0.0
            except openai.APIStatusError as error:
                wrong = f"answered {error.status_code}"
                if error.status_code < 500 and error.status_code not in _TRY_AGAIN:
                    break
                wait = min(_retry_after(error) or wait, _MAX_WAIT)
            except openai.APITimeoutError:
                wrong = f"did not answer within {self._limits.timeout:g} s"
            except openai.APIConnectionError:
                wrong = "could not be reached"
            except openai.LengthFinishReasonError:
                wrong = "was cut off: its answer was too long"
            except Exception as error:  # noqa: BLE001 - a client meets answers that nobody thought of
                wrong = f"failed ({type(error).__name__})"
            if attempt + 1 < attempts:
                await asyncio.sleep(wait)
        raise ExtractionError(f"The language model {wrong}.")

    def _parsed(self, answer: Any) -> ModelReading:
        raw = answer["raw"]
        if usage := raw.usage_metadata:  # some servers count nothing
            self._on_usage(
                ModelUsage(calls=1, input_tokens=usage["input_tokens"], output_tokens=usage["output_tokens"])
            )
        if raw.additional_kwargs.get("refusal"):
            raise _BadAnswer("refused to read this conversation")
        if raw.response_metadata.get("finish_reason") == "length":
            raise _BadAnswer("was cut off before its answer was complete")
        if not isinstance(answer["parsed"], ModelReading):
            raise _BadAnswer("gave an answer that does not fit the form asked for" if raw.text else "answered nothing")
        return answer["parsed"]


class _BadAnswer(Exception):
    """An answer arrived, and is of no use."""


def _retry_after(error: openai.APIStatusError) -> float | None:
    try:
        return float(error.response.headers["retry-after"])
    except (KeyError, ValueError):
        return None


def _drafts(reading: ModelReading, grounded: Sequence[Grounded]) -> list[tuple[str | None, EventDraft]]:
    """What can be stored, each with the short id of the known event that it is."""
    return [
        (event.known, one.draft) for event, one in zip(reading.events, grounded, strict=True) if one.draft is not None
    ]


def _alike(one: EventDraft, other: EventDraft) -> bool:
    if one.event_id is not None and one.event_id == other.event_id:
        return True
    proofs = {(e.message_id, e.slot) for e in one.evidence if e.slot in ("date", "time", "title")}
    shared = proofs & {(e.message_id, e.slot) for e in other.evidence}
    return similarity(one.title, other.title) >= 0.5 or (bool(shared) and one.start == other.start)


def _as_known(name: str, draft: EventDraft) -> KnownEvent:
    return KnownEvent(
        id=draft.event_id or uuid5(NAMESPACE_OID, name),
        title=draft.title,
        start=draft.start,
        end=draft.end,
        all_day=draft.all_day,
        location=draft.location,
        status=draft.status,
        evidence=draft.evidence,
        reason=draft.reason,
    )


def _carry(
    found: list[EventDraft],
    carried: dict[str, EventDraft],
    names: dict[str, KnownEvent],
    read: list[tuple[str | None, EventDraft]],
) -> list[EventDraft]:
    """Earlier windows' events as this one leaves them: replaced where it settled something about them."""
    result = list(found)
    for name, draft in read:
        earlier = carried.get(name or "")
        if earlier is None:
            result.append(draft)
            continue
        if draft.status is EventStatus.PROPOSED and earlier.status is EventStatus.CONFIRMED:
            if draft.reason == Reason.CANCEL_UNSURE:  # not stored yet: better asked about than entered
                doubted = {"status": draft.status, "reason": draft.reason, "confidence": draft.confidence}
                result = [one.model_copy(update=doubted) if one is earlier else one for one in result]
            else:
                result.append(draft.model_copy(update={"event_id": None}))
        else:
            merged = tuple(dict.fromkeys((*earlier.evidence, *draft.evidence)))
            place = next((i for i, one in enumerate(result) if one is earlier), None)
            replaced = draft.model_copy(update={"evidence": merged, "event_id": earlier.event_id})
            if place is None:
                result.append(replaced)
            else:
                result[place] = replaced
    return result
