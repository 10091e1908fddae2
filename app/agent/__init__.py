"""The real-time agent: answers customers and drafts their events.

`SchedulingAgent(model).answer(turn, busy=…)` gives an `Answer`; `build_model` makes the model that the settings want.
"""

from app.agent.agent import SchedulingAgent
from app.agent.guarding.facts import holding
from app.agent.model import build_model
from app.agent.offline_model import OfflineModel
from app.agent.prompts import ChatMessage, build_chat_history
from app.agent.turn import Answer, BusyLookup, ConflictPolicy, Turn

__all__ = [
    "Answer",
    "BusyLookup",
    "ChatMessage",
    "ConflictPolicy",
    "OfflineModel",
    "SchedulingAgent",
    "Turn",
    "build_chat_history",
    "build_model",
    "holding",
]
