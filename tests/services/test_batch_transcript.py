"""Whose answer a message got: the agent's, or that of a person who went on right after it."""

import datetime as dt
from uuid import uuid4

import pytest

from app.models import Role
from app.services.batch_transcript import answered_by_the_agent
from app.store.batch import TranscriptRow


@pytest.mark.parametrize(
    ("talk", "answered"),
    [
        ("ua", "u"),
        ("uau", "u."),  # not answered yet
        ("up", "."),
        ("uap", "."),  # "sí, cancélala" … "De acuerdo." … a person: "Listo, quedó cancelada"
        ("uaapua", ".u"),
        ("uauap", "u."),
        ("upuua", ".uu"),
    ],
)
def test_a_person_takes_over_what_the_agent_said(talk: str, answered: str) -> None:
    """`u`: the customer, `a`: the agent, `p`: a person."""
    rows = [
        TranscriptRow(
            id=uuid4(),
            seq=n,
            role=Role.USER if one == "u" else Role.BOT,
            at=dt.datetime(2026, 3, 2, 9, n, tzinfo=dt.UTC),
            text="…",
            by_agent=one == "a",
        )
        for n, one in enumerate(talk)
    ]
    found = answered_by_the_agent(rows)
    assert "".join("u" if row.id in found else "." for row in rows if row.role is Role.USER) == answered
