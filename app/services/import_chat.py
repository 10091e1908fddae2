"""Exported chats into the store: which conversation they are of, who speaks, and every message once.

Nothing that is imported is ever answered. The messages keep their times and wait for the batch as all others do.
"""

import hashlib
import mimetypes
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from app.channels import content as labels
from app.errors import InvalidRequest, NotFound
from app.imports.archive import Source
from app.imports.parse import parse_chat
from app.imports.people import find_business, find_number, phone
from app.imports.values import Chat, Entry, Kind, MediaKind, Order
from app.models import Conversation, Direction, Media, Tenant
from app.store.imports import Imported, ImportLine
from app.store.store import Store
from app.store.tenants import TenantWithChannels

_CHUNK: Final = 500  # lines in a call: well under a second, far from Supabase's limit of eight
_DELETED: Final = "[Deleted message]"
_MEDIA: Final = {
    MediaKind.IMAGE: labels.IMAGE,
    MediaKind.AUDIO: labels.AUDIO,
    MediaKind.VIDEO: labels.VIDEO,
    MediaKind.STICKER: labels.STICKER,
    MediaKind.CONTACT: labels.CONTACT,
    MediaKind.DOCUMENT: labels.DOCUMENT,
    MediaKind.UNKNOWN: "[Media]",
}


@dataclass(frozen=True, kw_only=True)
class ImportOptions:
    """What the operator says; None is inferred where that is certain, and asked for otherwise (`Question`).
    `zone` is that of the phone that exported; None takes the tenant's."""

    contact: str | None = None
    me: str | None = None
    zone: ZoneInfo | None = None
    order: Order | None = None
    group: bool = False


@dataclass(frozen=True, kw_only=True)
class ImportPlan:
    """An export as it will be stored. `business` is None when only the customer wrote, `conversation` if it is new."""

    chat: Chat
    tenant: Tenant
    business: str | None
    contact: str
    contact_name: str | None
    phone: str | None
    conversation: Conversation | None
    provider: str
    channel_address: str
    lines: tuple[ImportLine, ...]


class ImportService:
    """`own_number` is the business's WhatsApp address where a tenant has no channel of its own."""

    def __init__(self, store: Store, *, own_number: str | None = None) -> None:
        self._store = store
        self._own_number = own_number

    @staticmethod
    def read(tenant: Tenant, source: Source, options: ImportOptions, *, now: datetime) -> Chat:
        """What an export holds. `now` (aware) tells which dates have not been yet.

        Raises `WhichOrder` for what a person has to say, `InvalidRequest` for what is no export.
        """
        chat = parse_chat(source.text, zone=options.zone or tenant.zone, now=now, asked=options.order)
        if not chat.messages:
            raise InvalidRequest("There is no message in it, only WhatsApp's own notices")
        return chat

    async def plan(self, tenant: Tenant, source: Source, chat: Chat, options: ImportOptions) -> ImportPlan:
        """Who speaks in a chat, and which conversation it is of; writes nothing.

        Raises a `Question` for what a person has to say, `InvalidRequest` for a group that was not asked for.
        """
        if chat.is_group and not options.group:
            raise InvalidRequest(
                f"This is the chat of a group ({', '.join(chat.authors)}); a conversation is one customer's. "
                "Say --group to import it all the same"
            )
        owner = await self._with_channels(tenant)
        number = phone(options.contact) if options.contact else None
        conversation = await self._known(tenant, options.contact, number) if options.contact else None
        if options.contact and conversation is None and number is None:
            raise InvalidRequest(
                f"{options.contact} is no number with + and country code, and no contact that {tenant.slug} has already"
            )
        names = {source.contact, number, conversation.contact_name if conversation else None}
        own = {tenant.name, self._own_number, *(channel.address for channel in owner.channels)}
        business = find_business(
            chat,
            me=options.me,
            contact_names={name for name in names if name},
            own_names={name.removeprefix("whatsapp:") for name in own if name},
        )
        if not options.contact:
            number = find_number(chat, business=business, named=source.contact)
            conversation = await self._known(tenant, number, number)
        customers = [author for author in chat.authors if author != business]
        name = customers[0] if len(customers) == 1 else source.contact
        contact = conversation.conversation_id if conversation else f"whatsapp:{number}"
        channel = next((c for c in owner.channels if c.enabled), None)
        return ImportPlan(
            chat=chat,
            tenant=tenant,
            business=business,
            contact=contact,
            contact_name=name if name and phone(name) is None else None,
            phone=number,
            conversation=conversation,
            provider=channel.provider if channel else "twilio",
            channel_address=channel.address if channel else self._own_number or "",
            lines=_lines(chat, business=business, contact=contact),
        )

    async def store(
        self,
        plan: ImportPlan,
        *,
        dry_run: bool = False,
        progress: Callable[[int, int], None] = lambda done, total: None,
    ) -> Imported:
        """Store what is new of a plan. What is broken off is taken up by doing it again."""
        total = Imported()
        # Last lines first: each call's messages are put before all that are stored (`hilo_import_messages`).
        for start in reversed(range(0, len(plan.lines), _CHUNK)):
            total += await self._store.import_messages(
                plan.tenant.id,
                plan.contact,
                plan.lines[start : start + _CHUNK],
                provider=plan.provider,
                channel_address=plan.channel_address,
                contact_name=plan.contact_name,
                phone=plan.phone,
                dry_run=dry_run,
            )
            progress(len(plan.lines) - start, len(plan.lines))
        return total

    async def _with_channels(self, tenant: Tenant) -> TenantWithChannels:
        return next(one for one in await self._store.list_tenants() if one.id == tenant.id)

    async def _known(self, tenant: Tenant, contact: str, number: str | None) -> Conversation | None:
        """The conversation that the contact has already, on whatever channel."""
        try:
            return await self._store.get_conversation(tenant.id, f"whatsapp:{number}" if number else contact)
        except NotFound:
            if number is None:
                return None
        page = await self._store.list_conversations(tenant.id, search=number[1:])
        return next((one for one in page.items if number in _numbers(one)), None)


def _numbers(conversation: Conversation) -> set[str]:
    """A contact's number as other channels write it: `34600000001`, `34600000001@c.us`."""
    local = re.fullmatch(r"(?:whatsapp:)?\+?(\d{7,15})(?:@c\.us|@s\.whatsapp\.net)?", conversation.conversation_id)
    return {f"+{found[1]}" for found in [local] if found} | {phone(conversation.phone or "") or ""}


def _lines(chat: Chat, *, business: str | None, contact: str) -> tuple[ImportLine, ...]:
    seen: Counter[tuple[str, ...]] = Counter()
    return tuple(_line(entry, seen, business=business, contact=contact, group=chat.is_group) for entry in chat.messages)


def _line(
    entry: Entry, seen: Counter[tuple[str, ...]], *, business: str | None, contact: str, group: bool
) -> ImportLine:
    direction = Direction.OUTBOUND if entry.author == business else Direction.INBOUND
    body = _body(entry)
    content = entry.content
    # By the minute on the wall: a phone's export and another's of the same chat may differ in the seconds alone.
    said = (
        contact,
        f"{entry.at:%Y-%m-%dT%H:%M}",
        direction.value,
        (entry.author or "") * group,
        " ".join(body.split()),
    )
    seen[said] += 1
    digest = hashlib.sha256("\x1f".join((*said, str(seen[said]))).encode("utf-8", "surrogatepass")).hexdigest()
    raw: dict[str, str | int] = {"kind": content.kind.value, "author": entry.author or "", "line": entry.line}
    media: tuple[Media, ...] = ()
    if content.attachment:
        kind, _ = mimetypes.guess_type(content.attachment)
        media = (Media(url=f"export:{content.attachment}", content_type=kind),)
    return ImportLine(
        sid=f"export:{digest[:40]}",
        body=body,
        direction=direction,
        at=entry.at,
        to_minute=entry.to_minute,
        media=media,
        raw=raw,
    )


def _body(entry: Entry) -> str:
    content = entry.content
    if content.kind is Kind.MEDIA:
        return f"{_MEDIA[content.media or MediaKind.UNKNOWN]} {content.text}".rstrip()
    if content.kind is Kind.LOCATION and content.location:
        return labels.location_text(latitude=content.location[0], longitude=content.location[1])
    if content.kind is Kind.DELETED:
        return _DELETED
    return labels.OTHER if content.kind is Kind.EMPTY else content.text
