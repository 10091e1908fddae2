"""The extractor on a language model: one structured call per window, code checks it, at most one repair per window.

Works with OpenAI and every server with its interface. Documented in docs/llm.md.
"""

import asyncio
from collections.abc import Callable
from uuid import NAMESPACE_OID, uuid5

import structlog
from langchain_core.messages import AIMessage, AnyMessage, HumanMessage, SystemMessage
from pydantic import SecretStr

from app.errors import ExtractionError
from app.extraction.base import Extraction, Extractor, KnownEvent, Reason, Transcript
from app.extraction.llm.call import Limits, ReadingModel
from app.extraction.llm.grounding import Grounding
from app.extraction.llm.prompt import repair_prompt, system_prompt, transcript_text
from app.extraction.llm.repair import Read, paired, repaired
from app.extraction.llm.survey import Survey
from app.extraction.llm.windows import distinct, windows
from app.models import EventDraft, EventStatus, ModelUsage

__all__ = ["LLMExtractor", "Limits"]

log = structlog.get_logger(__name__)


class LLMExtractor:
    """`Extractor` on an OpenAI-compatible server.

    fallback: reads the conversation when the model cannot; without one `extract` raises `ExtractionError`.
    on_usage: told of every answered call, also of one whose answer was of no use, in the caller's context.
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
        self._model = ReadingModel(
            api_key=api_key, base_url=base_url, model=model, limits=self._limits, on_usage=on_usage
        )

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
            grounding = Grounding(ids=shown, known=names, survey=survey)
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
        reading = await self._model.ask(messages)
        # In a thread: it reads again what the messages around an event say, and there may be thousands.
        first = paired(reading.events, await asyncio.to_thread(grounding.check, reading.events))
        problems = [f"{one.event.title!r}: {doubt.text}" for one in first for doubt in one.checked.doubts]
        if not problems:
            return _drafts(first)
        again = [*messages, AIMessage(reading.model_dump_json()), HumanMessage(repair_prompt(problems))]
        try:
            better = await self._model.ask(again, attempts=1)
        except ExtractionError as error:  # the first reading stands, its doubtful events for a person
            log.info("no repair", error=error.detail)
            return _drafts(first)
        second = paired(better.events, await asyncio.to_thread(grounding.check, better.events))
        return _drafts(await asyncio.to_thread(repaired, first, second, grounding))


def _drafts(read: list[Read]) -> list[tuple[str | None, EventDraft]]:
    """What can be stored, each with the short id of the known event that it is."""
    return [(one.event.known, one.draft) for one in read if one.draft is not None]


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
