"""A LangChain chat model that needs no key, no network and no weights.

It holds the scheduling dialogue by calling the tools it was given, as any model does; what it understands it has from
`extraction.rules` and `temporal`, like the batch, so that both read a conversation alike. It is a pure function of the
turn: the same messages give the same answer.
"""

from collections.abc import Callable, Sequence
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.messages import AIMessage, BaseMessage, SystemMessage, ToolCall, ToolMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.runnables import Runnable
from langchain_core.tools import BaseTool

from app.agent.dialogue import Plan, plan_of
from app.agent.outcome import Outcome
from app.agent.prompts import HILO
from app.agent.speaking.replies import reply_to
from app.agent.turn import Turn

_NO_TURN = "¡Hola! ¿En qué puedo ayudar?"


class OfflineModel(BaseChatModel):
    """Answers the turn that `prompts.build_system_prompt` put beside the system prompt."""

    @property
    def _llm_type(self) -> str:
        return "hilo-offline"

    def bind_tools(
        self,
        tools: Sequence[dict[str, Any] | type | Callable[..., Any] | BaseTool],
        *,
        tool_choice: str | None = None,
        **kwargs: Any,
    ) -> Runnable[LanguageModelInput, AIMessage]:
        del tool_choice
        return self.bind(tools=[tool.name for tool in tools if isinstance(tool, BaseTool)], **kwargs)

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        del stop, run_manager
        message = self._next(messages, frozenset(kwargs.get("tools", ())))
        return ChatResult(generations=[ChatGeneration(message=message)])

    async def _agenerate(
        self, messages: list[BaseMessage], stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> ChatResult:
        # Milliseconds of work: the default of a thread would cost more than it frees.
        return self._generate(messages, stop, None, **kwargs)

    def _next(self, messages: Sequence[BaseMessage], tools: frozenset[str]) -> AIMessage:
        turn = next((m.additional_kwargs.get(HILO) for m in messages if isinstance(m, SystemMessage)), None)
        if not isinstance(turn, Turn):
            return AIMessage(_NO_TURN)
        plan, outcomes = _so_far(messages)
        if plan is None:
            plan = plan_of(turn)
            calls = [call for call in plan.calls if call.tool in tools]
            if calls:
                return AIMessage(
                    "",
                    tool_calls=[
                        ToolCall(name=call.tool, args=dict(call.args), id=f"offline_{n}", type="tool_call")
                        for n, call in enumerate(calls)
                    ],
                    additional_kwargs={HILO: plan},
                )
        return AIMessage(reply_to(plan, outcomes, turn))


def _so_far(messages: Sequence[BaseMessage]) -> tuple[Plan | None, tuple[Outcome, ...]]:
    """The plan made earlier in this turn and what its calls came to, in the order of the calls."""
    outcomes: dict[str, Outcome] = {}
    for message in reversed(messages):
        if isinstance(message, ToolMessage) and isinstance(message.artifact, Outcome):
            outcomes[message.tool_call_id] = message.artifact
        elif isinstance(message, AIMessage) and isinstance(plan := message.additional_kwargs.get(HILO), Plan):
            return plan, tuple(outcomes[c["id"]] for c in message.tool_calls if c["id"] in outcomes)
        elif not isinstance(message, ToolMessage):
            break
    return None, ()
