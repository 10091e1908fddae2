"""What the API takes."""

from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from app.api.schemas.base import TimeIn


class Asked(BaseModel):
    """Base of what is taken: an unknown member is a mistake, not a wish that is silently not fulfilled."""

    model_config = ConfigDict(extra="forbid")


class WriteIn(Asked):
    body: str = Field(
        min_length=1,
        max_length=16_000,
        description="The text. It goes out in as many messages as the channel needs, cut at the ends of sentences.",
        examples=["Hola Lucía, mañana abrimos a las 9."],
    )
    id: UUID | None = Field(
        None, description="Of your own making: a repeated call with the same id writes nothing twice."
    )


class PauseIn(Asked):
    minutes: int | None = Field(None, ge=1, le=525_600, description="From now on.", examples=[120])
    until: TimeIn | None = Field(None, description="Without an offset in the tenant's time zone.")
    # Two models would put their names into the messages of what is wrong.
    model_config = ConfigDict(
        json_schema_extra={
            "oneOf": [
                {"required": ["minutes"], "properties": {"minutes": {"type": "integer"}, "until": {"type": "null"}}},
                {"required": ["until"], "properties": {"until": {"type": "string"}, "minutes": {"type": "null"}}},
            ]
        }
    )

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if (self.minutes is None) == (self.until is None):
            raise ValueError("say minutes or until, one of them")
        return self


class ProcessIn(Asked):
    limit: int | None = Field(None, ge=1, le=10_000, description="Most conversations; none: all that wait.")
    conversation_id: str | None = Field(
        None, min_length=1, max_length=300, description="Only this one (either of its names), also when it is parked."
    )
    dry_run: bool | None = Field(None, description="Read and report; write no event and mark nothing.")


_Revision = Annotated[
    int | None,
    Field(ge=1, le=2_147_483_647, description="The revision that you looked at: 409 when somebody was faster."),
]


class KeepIn(Asked):
    """`start` and `end` without an offset are in the tenant's time zone. What is not named stays as it is."""

    action: Literal["approve", "correct"] = Field(
        description="approve: confirm a proposed event, or bring a cancelled one back, with corrections or without. "
        "correct: change it and leave its status."
    )
    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)] | None = None
    start: TimeIn | None = Field(None, description="A new start alone moves the event and keeps its length.")
    end: TimeIn | None = Field(None, description="Null: nobody knows.")
    all_day: bool | None = None
    location: str | None = Field(None, max_length=500, description="Null or empty: none.")
    expected_revision: _Revision = None
    force: bool = Field(False, description="Accept that it overlaps another confirmed event.")
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"action": "approve", "expected_revision": 1},
                {"action": "correct", "start": "2026-11-27T10:30", "location": "Sala 2"},
            ]
        }
    )


class DropIn(Asked):
    action: Literal["reject", "cancel"] = Field(description="reject: a proposed event. cancel: a confirmed one too.")
    expected_revision: _Revision = None


DecisionIn = Annotated[KeepIn | DropIn, Field(discriminator="action")]
