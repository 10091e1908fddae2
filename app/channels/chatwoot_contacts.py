"""Finding a customer and their conversation in Chatwoot, or making them: only for messages that Hilo starts."""

from collections.abc import Awaitable, Callable
from typing import Any

from app.channels.payloads import Json, identifier, part, parts, text
from app.errors import SendUnavailable

Call = Callable[..., Awaitable[Any]]

# The same line is written in two ways: Mexico with a 1, Argentina with a 9, Brazil with a 9 after the area code.
_VARIANTS = (("+521", "+52", 14), ("+549", "+54", 14))


def phone_variants(phone: str) -> tuple[str, ...]:
    """The ways in which an E.164 number may be stored, the given one first. Never rewrites: landlines look alike."""
    found = [phone]
    for long, short, length in _VARIANTS:
        if phone.startswith(long) and len(phone) == length:
            found.append(short + phone.removeprefix(long))
        elif phone.startswith(short) and len(phone) == length - 1:
            found.append(long + phone.removeprefix(short))
    if phone.startswith("+55") and len(phone) == 14 and phone[5] == "9":
        found.append(phone[:5] + phone[6:])
    elif phone.startswith("+55") and len(phone) == 13:
        found.append(f"{phone[:5]}9{phone[5:]}")
    return tuple(found)


class Contacts:
    """Contacts and conversations of one inbox. `call` is the channel's, with its errors."""

    def __init__(self, call: Call, *, account: str, inbox: str) -> None:
        self._call = call
        self._base = f"/api/v1/accounts/{account}"
        self._inbox = inbox

    async def conversation_with(self, phone: str, name: str | None) -> str:
        """The number of the customer's conversation that is not closed; made, with the contact, if there is none."""
        contact = await self._find(phone) or await self._create(phone, name)
        if found := await self._open_conversation(contact):
            return found
        answer = await self._call(
            "POST", f"{self._base}/conversations", {"inbox_id": int(self._inbox), "contact_id": int(contact)}
        )
        return _required(identifier(answer, "id"))

    async def _find(self, phone: str) -> str:
        for number in phone_variants(phone):
            answer = await self._call("GET", f"{self._base}/contacts/search", params={"q": number})
            for contact in parts(part(answer).get("payload")):
                if text(contact, "phone_number") == number:
                    return _required(identifier(contact, "id"))
        return ""

    async def _create(self, phone: str, name: str | None) -> str:
        body = {"inbox_id": int(self._inbox), "name": name or phone, "phone_number": phone}
        answer = await self._call("POST", f"{self._base}/contacts", body)
        made = part(answer, "payload", "contact") or part(answer, "payload") or part(answer)
        return _required(identifier(made, "id"))

    async def _open_conversation(self, contact: str) -> str:
        answer = await self._call("GET", f"{self._base}/contacts/{contact}/conversations")
        ours: list[Json] = [
            conversation
            for conversation in parts(part(answer).get("payload"))
            if identifier(conversation, "inbox_id") == self._inbox and text(conversation, "status") != "resolved"
        ]
        numbers = [number for one in ours if (number := identifier(one, "id")).isdigit()]
        return max(numbers, key=int, default="")


def _required(made: str) -> str:
    if not made.isdigit():
        raise SendUnavailable("Chatwoot's answer names nothing that was made", provider_code="unreadable")
    return made
