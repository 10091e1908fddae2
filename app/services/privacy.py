"""What a business owes the people who write to it: a copy of what is kept, its erasure, and its end after a time."""

import io
import json
import zipfile
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final
from uuid import uuid4
from zoneinfo import ZoneInfo

import structlog

from app.errors import InvalidRequest, NotFound
from app.models import Tenant, Value
from app.store.privacy import Counts, PrivacyRecord, RetentionPage
from app.store.store import Store

__all__ = ["ContactExport", "Counts", "Privacy", "PrivacyRecord"]

log = structlog.get_logger(__name__)

_PAGE: Final = 200  # conversations that one call of a retention run sees to
MOST_DAYS: Final = 36500


class ContactExport(Value):
    """`data`: everything, as it is stored. `chat`: what was said, a line per message, times in the tenant's zone."""

    data: Mapping[str, Any]
    chat: str

    def json_text(self) -> str:
        return json.dumps(self.data, ensure_ascii=False, indent=2) + "\n"

    def zipped(self) -> bytes:
        """Both, as `contact.json` and `chat.txt`."""
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("contact.json", self.json_text())
            archive.writestr("chat.txt", self.chat)
        return target.getvalue()


class Privacy:
    """`wake_removals` is told when calendar entries are to be removed.

    A contact is named by a conversation's id, the provider's id for them, or the phone number. It is all of that
    number's conversations with the tenant, on whatever channel.
    """

    def __init__(self, store: Store, *, wake_removals: Callable[[], None] = lambda: None) -> None:
        self._store = store
        self._wake_removals = wake_removals

    async def export(self, tenant: Tenant, key: str, *, by: str) -> ContactExport:
        """Raises `NotFound`."""
        data = await self._store.export_contact(tenant.id, _key(key), uuid4(), by=by)
        if data is None:
            raise NotFound("There is no such contact")
        return ContactExport(data=data, chat=_chat(data, tenant))

    async def erase(self, tenant: Tenant, key: str, *, by: str, orphans: bool = True, dry_run: bool = False) -> Counts:
        """Everything at once; calendar entries follow. A message that comes afterwards begins a new conversation.

        `orphans`: also this person's messages to addresses that no tenant has. Raises `NotFound`.
        """
        counts = await self._store.erase_contact(tenant.id, _key(key), uuid4(), by=by, orphans=orphans, dry_run=dry_run)
        if not dry_run:
            log.info("a contact was erased", tenant=tenant.slug, by=by, removed=_said(counts))
            self._wake_removals()
        return counts

    async def retain(self, tenant: Tenant, *, by: str, days: int | None = None, dry_run: bool = False) -> Counts:
        """Let go what is older than the tenant's retention days, or than `days`; nothing when neither is set."""
        days = days or tenant.settings.retention_days
        total = Counts()
        if days is None:
            return total
        if not 1 <= days <= MOST_DAYS:
            raise InvalidRequest(f"Retention days are between 1 and {MOST_DAYS}")
        run, page = uuid4(), RetentionPage(counts=Counts())
        while True:
            page = await self._store.apply_retention(
                tenant.id, days, run, after=page.next, limit=_PAGE, by=by, dry_run=dry_run
            )
            total += page.counts
            if page.next is None:
                break
        if not dry_run and total != Counts():
            log.info("old data was let go", tenant=tenant.slug, days=days, removed=_said(total))
            self._wake_removals()
        return total

    async def retain_all(self) -> None:
        """For the scheduler: every tenant that has set its days."""
        for tenant in await self._store.list_tenants():
            if tenant.settings.retention_days:
                await self.retain(tenant, by="scheduler")

    async def set_retention(self, tenant: Tenant, days: int | None, *, by: str | None = None) -> Tenant:
        """None: kept for ever. That it was changed is logged."""
        if days is not None and not 1 <= days <= MOST_DAYS:
            raise InvalidRequest(f"Retention days are between 1 and {MOST_DAYS}")
        saved = await self._store.save_tenant(
            tenant.slug,
            name=tenant.name,
            timezone=tenant.timezone,
            locale=tenant.locale,
            settings={"retention_days": days},
        )
        await self._store.note_setting(tenant.id, uuid4(), "retention_days", by=by, days=days)
        return saved

    async def log(self, tenant: Tenant, *, limit: int = 50) -> list[PrivacyRecord]:
        return await self._store.list_privacy_log(tenant.id, limit=limit)


def _said(counts: Counts) -> str:
    return ", ".join(f"{number} {name}" for name, number in counts.model_dump().items() if number)


def _key(written: str) -> str:
    """A number as people write it, as it is stored."""
    written = written.strip()
    return "+" + "".join(filter(str.isdigit, written)) if written.startswith("+") else written


def _chat(data: Mapping[str, Any], tenant: Tenant) -> str:
    """All conversations one after the other, each under its channel, as WhatsApp's own "Export chat" writes lines."""
    return "\n".join(_lines(one, tenant) for one in data["conversations"])


def _lines(conversation: Mapping[str, Any], tenant: Tenant) -> str:
    contact = conversation["contact_name"] or conversation["phone"] or conversation["conversation_id"]
    lines = []
    for message in conversation["messages"]:
        who = contact if message["role"] == "user" else tenant.name
        parts = [message["body"], *(f"<{item['url']}>" for item in message["media"])]
        lines.append(f"{_time(message['sent_at'], tenant.zone)} - {who}: {' '.join(part for part in parts if part)}")
    return "\n".join(lines) + "\n"


def _time(text: str, zone: ZoneInfo) -> str:
    return datetime.fromisoformat(text).astimezone(zone).strftime("%d/%m/%Y, %H:%M")
