"""Lines of an exported chat in the store."""

from collections.abc import Sequence
from uuid import UUID

from pydantic import AwareDatetime, Field

from app.models import Direction, Media, Value
from app.store.calls import Calls


class ImportLine(Value):
    """One message of an export. `sid` names it by what it says and when; `to_minute`: the export gives no seconds.
    `raw["kind"]` is what the line was; one of `media` is recognised by any media of its minute."""

    sid: str
    body: str
    direction: Direction
    at: AwareDatetime
    to_minute: bool = False
    media: tuple[Media, ...] = ()
    raw: dict[str, str | int] = Field(default_factory=dict)


class Imported(Value):
    """What became of lines: `stored` now, `known` from an earlier import (`shifted`: at another time), `recognised` as
    a message that came by webhook or that Hilo sent. `conversation` is None only where a dry run would make it."""

    stored: int = 0
    known: int = 0
    recognised: int = 0
    shifted: int = 0
    conversation: UUID | None = None

    def __add__(self, other: "Imported") -> "Imported":
        return Imported(
            stored=self.stored + other.stored,
            known=self.known + other.known,
            recognised=self.recognised + other.recognised,
            shifted=self.shifted + other.shifted,
            conversation=other.conversation or self.conversation,
        )


class ImportStore(Calls):
    async def import_messages(
        self,
        tenant: UUID,
        contact: str,
        lines: Sequence[ImportLine],
        *,
        provider: str,
        channel_address: str,
        contact_name: str | None = None,
        phone: str | None = None,
        dry_run: bool = False,
    ) -> Imported:
        """Store `lines` (in the order of the file) in the conversation of `contact`, each once, none to be answered.

        `provider` and `channel_address` are for a conversation that is new. Of a long export the last part comes in
        the first call. A dry run says what would become of them.
        """
        return Imported.model_validate(
            await self._call(
                "hilo_import_messages",
                p_tenant=tenant,
                p_contact=contact,
                p_provider=provider,
                p_channel_address=channel_address,
                p_lines=lines,
                p_contact_name=contact_name,
                p_phone=phone,
                p_dry_run=dry_run,
            )
        )
