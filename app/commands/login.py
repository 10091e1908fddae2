"""`hilo login`: a link that opens the page in a browser, once, without a key."""

from typing import Annotated

import typer

from app.commands import common

_MINUTES = 10


def login(
    tenant: Annotated[
        str | None, typer.Option(help="Only this tenant's inbox; without it every tenant's, as an administrator.")
    ] = None,
    name: Annotated[str, typer.Option(help="Who logs in, for the history of what people decide.")] = "operator",
    scope: Annotated[str, typer.Option(help="read, write (and read) or admin (and both).")] = "admin",
    minutes: Annotated[float, typer.Option(help="How long the link can be used.", min=1, max=1440)] = _MINUTES,
    end: Annotated[bool, typer.Option("--end", help="Instead log everybody out, links included.")] = False,
) -> None:
    """Print a link that logs a browser in on the page. It works once."""
    from app.commands.api_client import local_url
    from app.errors import InvalidRequest
    from app.services import sign_in
    from app.services.access import Scope

    settings = common.settings()
    if scope not in Scope._value2member_map_:
        raise InvalidRequest(f"{scope} is no scope; there are {', '.join(Scope)}")

    async def make() -> str:
        async with common.opened(settings) as store:
            owner = await common.find_tenant(store, tenant) if tenant else None
            secret, _ = await sign_in.make_link(
                store, name=name, tenant=owner, scopes=[Scope(scope)], seconds=minutes * 60
            )
            return f"{settings.public_base_url or local_url(settings)}/login?token={secret}"

    async def finish() -> int:
        async with common.opened(settings) as store:
            return await sign_in.end_all(store)

    if end:
        common.say(f"ended {common.count(common.run(finish()), 'log-in')}")
        return
    link = common.run(make())
    common.note(f"Opens the inbox of {tenant or 'every tenant'}, once, within {minutes:g} minutes:")
    common.say(link)
