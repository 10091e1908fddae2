"""Notices as e-mail: encrypted or not at all, once whatever the mail server does, and only where it is wanted."""

import asyncio
import ssl
from uuid import uuid4

import psycopg
import pytest

from app.errors import InvalidRequest, SendUnavailable
from app.services.notifying.mail import Mailer, email_address
from app.services.notifying.notifications import Kind, Notifications
from tests.services.test_notifier import due, listen, nowhere, propose, settled, telling
from tests.support.smtp_server import certificate, mail_server

__all__ = ["nowhere"]

ROSA = "rosa@example.com"


def mailer(port: int, **given) -> Mailer:
    given = {"security": "none"} | given
    return Mailer(host="127.0.0.1", port=port, sender="Hilo · avisos <hilo@shop.example>", **given)


async def by_mail(store, **given):
    (tenant,) = [one for one in await store.list_tenants() if one.slug == "default"]
    wanted = {"webhook": None, "whatsapp": None, "email": ROSA, "digest_hour": None} | given
    return (await Notifications(store, mails=True).set(tenant, **wanted))[0]


async def test_a_letter_goes_over_tls_with_a_login_and_all_of_a_kind_in_one(store, nowhere, tmp_path):
    serving, trusting = certificate(tmp_path)
    async with mail_server(password="s3cret", tls=serving) as server:
        tenant = await by_mail(store)
        for n in range(2):
            await propose(store, contact=f"whatsapp:+5198700000{n}", title=".Corte ñ 😀" if n else "Tinte")
        safe = {"security": "starttls", "user": "hilo", "password": "s3cret", "context": trusting}
        async with telling(store, nowhere, count=2, mailer=mailer(server.port, **safe)):
            assert await settled(store, tenant.id, 2) == ["sent", "sent"]
        (letter,) = server.letters
        assert (letter.sender, letter.to, letter.login, letter.encrypted) == ("hilo@shop.example", ROSA, "hilo", True)
        message = letter.message
        assert message["From"] == "Hilo · avisos <hilo@shop.example>"
        assert message["Subject"] == "Hilo · 2 citas esperan tu decisión"
        assert message["Auto-Submitted"] == "auto-generated"
        assert message["Message-ID"].endswith("@shop.example>")
        lines = letter.text.splitlines()
        assert lines[0] == "2 citas esperan tu decisión:"
        assert any(line.startswith("- .Corte ñ 😀, Rosa Quispe, viernes 26 de junio") for line in lines)
        assert lines[3] == "https://hilo.example/review"
        assert lines[-1].endswith("https://hilo.example/settings")
        # A server that cannot prove who it is, refuses the password or offers no TLS gets no letter.
        for wrong, why in (
            ({"context": ssl.create_default_context()}, "no safe connection"),
            ({"password": "other"}, "535"),
        ):
            with pytest.raises(SendUnavailable, match=why):
                await mailer(server.port, **safe | wrong).send("1", ROSA, "x", "x")
        await mailer(server.port, **safe).check()
    async with mail_server() as plain:
        with pytest.raises(SendUnavailable, match="STARTTLS"):
            await mailer(plain.port, security="starttls").send("1", ROSA, "x", "x")
    with pytest.raises(SendUnavailable, match="cannot be reached"):
        await mailer(plain.port).check()
    assert len(server.letters) == 1
    assert plain.letters == []


async def test_what_is_clear_is_tried_again_and_what_is_not_clear_never(store, nowhere, database_dsn, monkeypatch):
    monkeypatch.setattr("app.services.notifying.notifier._RETRY_SECONDS", 0.05)
    tenant = await by_mail(store, off=[Kind.CONVERSATION_PARKED])
    async with mail_server() as server:
        server.faults = ["451 4.7.1 try again later"]  # greylisting
        await propose(store)
        async with telling(store, nowhere, mailer=mailer(server.port)):
            assert await settled(store, tenant.id, 1) == ["sent"]
            assert len(server.letters) == 1
            server.faults = ["take-and-drop"]
            await propose(store, contact="whatsapp:+51987000001")
            assert await settled(store, tenant.id, 2) == ["failed", "sent"]
            server.faults = ["550 5.1.1 no such mailbox"]
            await propose(store, contact="whatsapp:+51987000002")
            assert await settled(store, tenant.id, 3) == ["failed", "failed", "sent"]
        assert len(server.letters) == 2
        refused, unclear, _ = await store.list_notifications(tenant.id)
        assert "fell silent" in (unclear.error or "")
        assert "no such mailbox" in (refused.error or "")
        # A process that was killed while it was sending: another one does not send it again.
        await propose(store, contact="whatsapp:+51987000003")
        await store.collect_notifications()
        claim = await store.claim_notification(uuid4())
        assert await store.begin_notification(claim.group, claim.token, "begun")
        due(database_dsn)
        async with telling(store, nowhere, mailer=mailer(server.port)):
            assert (await settled(store, tenant.id, 4))[0] == "failed"
        assert len(server.letters) == 2
    with psycopg.connect(database_dsn) as connection:
        assert connection.execute("select count(*) from notifications where body is not null").fetchone() == (0,)


async def test_an_address_is_checked_and_needs_a_mail_server(store, nowhere):
    smuggled = ("a@example.com\r\nBcc: x@y.example", "a@b.example, c@d.example", "<a@b.example>", "a b@example.com")
    none = (
        "rosa",
        "rosa@",
        "@example.com",
        "rosa@localhost",
        "ñandú@example.com",
        "a@-x.example",
        "a" * 65 + "@b.example",
    )
    for wrong in smuggled + none:
        with pytest.raises(InvalidRequest):
            email_address(wrong)
    assert email_address(" rosa+hilo@Peluquería.Example ") == "rosa+hilo@xn--peluquera-n5a.example"
    with pytest.raises(InvalidRequest, match="HILO_SMTP_HOST"):
        await listen(store, email=ROSA)
    tenant = await by_mail(store)
    assert await Notifications(store).test(tenant) == ["email"]
    async with telling(store, nowhere):  # the mail server was taken out of the settings: it waits
        async with asyncio.timeout(10):
            while not (await store.list_notifications(tenant.id))[0].error:
                await asyncio.sleep(0.05)
    assert "HILO_SMTP_HOST" in ((await store.list_notifications(tenant.id))[0].error or "")
