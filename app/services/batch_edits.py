"""Messages that were edited after the other side had answered them.

The new words are read where they were said: after the answer. In the place of the old ones they would stand before an
answer to something else, which would be believed ("a las 11", edited, above "agendado: a las 9").
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID, uuid5

from app.models import EventChange, Evidence
from app.store.batch import TranscriptRow


class Edits:
    """`rows`: a conversation as it was said, in order, answered wordings and their edits as messages of their own."""

    def __init__(self, rows: Sequence[TranscriptRow]) -> None:
        parts = [part for row in rows for part in (_parts(row, rows) if row.edits else [row])]
        self.rows = sorted(parts, key=lambda row: row.at)  # stable: equal times stay in the order of their receipt
        self._wordings: dict[UUID, list[TranscriptRow]] = {}
        for row in rows:
            wordings = [part for part in parts if part.seq == row.seq] if row.edits else []
            if len(wordings) > 1:
                self._wordings[row.id] = wordings
        self._stored: Mapping[UUID, UUID] = {
            part.id: stored for stored, wordings in self._wordings.items() for part in wordings
        }

    def known(self, evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
        """Stored evidence, each of an edited message under the id of the first wording that has its words."""
        return tuple(
            one.model_copy(update={"message_id": wording.id})
            if (wording := self._wording(one.message_id, one.quote or "")) is not None
            else one
            for one in evidence
        )

    def stored(self, change: EventChange) -> EventChange:
        """`change` with the ids under which the messages are stored."""
        if not self._stored:
            return change
        draft = change.draft
        if draft is not None:
            draft = draft.model_copy(update={"evidence": self._ids(draft.evidence)})
        return change.model_copy(update={"draft": draft, "evidence": self._ids(change.evidence)})

    def _wording(self, message: UUID, quote: str) -> TranscriptRow | None:
        return next((one for one in self._wordings.get(message, ()) if quote in one.text), None)

    def _ids(self, evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
        return tuple(
            one.model_copy(update={"message_id": self._stored.get(one.message_id, one.message_id)}) for one in evidence
        )


def _parts(row: TranscriptRow, rows: Sequence[TranscriptRow]) -> list[TranscriptRow]:
    """The wordings of `row` that something was said upon, and what it says now. Its own id is the first one's."""
    said = list(
        zip((row.at, *(edit.at for edit in row.edits)), (*(e.before for e in row.edits), row.text), strict=True)
    )
    parts: list[tuple[datetime, str]] = []
    for at, text in said:
        if parts and not _answered(row, rows, parts[-1][0], at):
            parts[-1] = (parts[-1][0], text)
        elif not parts or parts[-1][1] != text:
            parts.append((at, text))
    return [
        row.model_copy(update={"id": uuid5(row.id, f"edit/{n}") if n else row.id, "at": at, "text": text})
        for n, (at, text) in enumerate(parts)
    ]


def _answered(row: TranscriptRow, rows: Sequence[TranscriptRow], since: datetime, until: datetime) -> bool:
    return any(other.delivered and other.role is not row.role and since <= other.at <= until for other in rows)
