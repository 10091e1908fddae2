"""The real-time agent: a conversation in, one answer and its changes to events out.

The graph of LangChain's `create_agent` is built once; what belongs to a turn travels as its context.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, cast
from uuid import UUID

from langchain.agents import create_agent
from langchain.agents.middleware import AgentMiddleware, ModelCallLimitMiddleware, ModelRequest, dynamic_prompt
from langchain_core.callbacks import AsyncCallbackHandler
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, SystemMessage
from langchain_core.outputs import ChatGeneration, LLMResult
from langchain_core.runnables import RunnableConfig

from app.agent.desk import Desk
from app.agent.guarding.facts import checked
from app.agent.prompts import RULES, build_chat_history, build_system_prompt, plain_answer
from app.agent.summary import summaries
from app.agent.tools import TOOLS
from app.agent.turn import Answer, BusyLookup, Turn
from app.errors import AgentError
from app.models import ModelUsage

_LONGEST = 4_096  # characters: what WhatsApp takes as one message


@dynamic_prompt
def _system_prompt(request: ModelRequest[Desk]) -> SystemMessage:
    return build_system_prompt(request.runtime.context)


class _Meter(AsyncCallbackHandler):
    """Tells what each answered call took. Inline: in the context of the turn, not in a task of its own."""

    run_inline = True

    def __init__(self, on_usage: Callable[[ModelUsage], None]) -> None:
        self._on_usage = on_usage
        self._sent: dict[UUID, int] = {}  # estimated, of calls that are under way

    async def on_chat_model_start(
        self, serialized: dict[str, Any], messages: list[list[BaseMessage]], *, run_id: UUID, **kwargs: Any
    ) -> None:
        self._sent[run_id] = sum(len(m.text) // 3 + 1 for batch in messages for m in batch)

    async def on_llm_error(self, error: BaseException, *, run_id: UUID, **kwargs: Any) -> None:
        self._sent.pop(run_id, None)

    async def on_llm_end(self, response: LLMResult, *, run_id: UUID, **kwargs: Any) -> None:
        sent = self._sent.pop(run_id, 0)
        for one in (g for batch in response.generations for g in batch):
            message = one.message if isinstance(one, ChatGeneration) else None
            if not isinstance(message, AIMessage) or message.response_metadata.get("model_provider") is None:
                continue  # the offline model takes nothing
            usage = message.usage_metadata
            if usage and usage["input_tokens"] + usage["output_tokens"] > 0:
                sent, written = max(usage["input_tokens"], 0), max(usage["output_tokens"], 0)
            else:  # some servers count nothing, and the daily cap has to come all the same
                written = len(message.text) // 3 + 1
            self._on_usage(ModelUsage(calls=1, input_tokens=sent, output_tokens=written))


class SchedulingAgent:
    """Answers turns with a chat model and the scheduling tools.

    model_calls: how often one turn may ask the model; timeout: seconds that one turn may take; on_usage: told what
    each answered call took, in the caller's context.
    """

    def __init__(
        self,
        model: BaseChatModel,
        *,
        model_calls: int = 8,
        timeout: float = 60.0,
        on_usage: Callable[[ModelUsage], None] = lambda _: None,
    ) -> None:
        self._timeout = timeout
        limit = ModelCallLimitMiddleware(run_limit=model_calls, exit_behavior="error")
        self._graph = create_agent(
            model,
            TOOLS,
            context_schema=Desk,
            middleware=[
                _system_prompt,
                cast("AgentMiddleware[Any, Desk]", limit),
                *cast("Sequence[AgentMiddleware[Any, Desk]]", summaries(model)),
            ],
        )
        # Each model call is a handful of graph steps; the middleware's own limit is the one that speaks.
        self._config = RunnableConfig(recursion_limit=10 * model_calls, callbacks=[_Meter(on_usage)])

    async def answer(self, turn: Turn, *, busy: BusyLookup) -> Answer:
        """One answer to all that the customer has not been answered yet.

        The changes are drafts: they hold once they are committed together with the text. Raises AgentError when the
        model failed, took too long, or said nothing.
        """
        desk = Desk(turn=turn, busy=busy)
        history = build_chat_history(turn.heard, zone=turn.zone)
        if not history:
            raise AgentError("There is no message to answer.")
        try:
            async with asyncio.timeout(self._timeout):
                state = await self._graph.ainvoke({"messages": [*history]}, self._config, context=desk)
        except TimeoutError as error:
            raise AgentError(f"The model did not answer within {self._timeout:g} s.") from error
        except Exception as error:  # every vendor raises its own
            raise AgentError(f"The model failed: {type(error).__name__}.") from error
        last = state["messages"][-1]
        text = plain_answer(last.text) if isinstance(last, AIMessage) else ""
        if not text:
            raise AgentError("The model answered nothing.")
        if last.response_metadata.get("finish_reason") in ("length", "content_filter"):
            raise AgentError("The model's answer was cut off.")
        if len(text) > _LONGEST:
            raise AgentError(f"The model's answer has {len(text)} characters, which nobody reads in a chat.")
        text = checked(text, desk, instructions=RULES)
        return Answer(text=text, changes=desk.changes(), language=desk.language, hand_over=desk.handed_over)
