"""`hilo keys`: who may use the API."""

from typing import Annotated
from uuid import UUID

import typer

from app.commands import common

app = typer.Typer(help="Keys for the API: show the server's own, make others, revoke them.", no_args_is_help=True)


@app.command()
def show() -> None:
    """Print the server's own key: HILO_API_KEY, else the one in the data folder, made when there is none."""
    from app.services.access import server_key

    settings = common.settings()
    configured = settings.api_key
    common.say(server_key(settings.data_dir, configured.get_secret_value() if configured else None))


@app.command()
def create(
    name: Annotated[str, typer.Option(help="Whose key it is, for the list.")],
    tenant: Annotated[
        str | None, typer.Option(help="The tenant whose data it opens; without it an administrator's key.")
    ] = None,
    scope: Annotated[
        list[str] | None, typer.Option(help="read, write (and read) or admin (and both); write where not given.")
    ] = None,
) -> None:
    """Make a key and print it. It is shown this once: only its hash is kept."""
    from app.errors import InvalidRequest
    from app.services.access import Access, Scope

    wanted = scope or ([Scope.WRITE.value] if tenant else [Scope.ADMIN.value])
    if unknown := set(wanted) - {one.value for one in Scope}:
        raise InvalidRequest(f"{', '.join(sorted(unknown))} is no scope; there are {', '.join(Scope)}")

    async def make() -> str:
        async with common.opened(common.settings()) as store:
            if tenant:
                await common.find_tenant(store, tenant)
            key, row = await Access(store).create_key(name, tenant=tenant, scopes=[Scope(one) for one in wanted])
            common.note(f"key {row.id} of {tenant or 'an administrator'} ({', '.join(row.scopes)}); shown only now:")
            return key

    common.say(common.run(make()))


@app.command("list")
def list_() -> None:
    """List the keys, without the keys themselves and without the server's own."""

    async def rows() -> list[list[str]]:
        async with common.opened(common.settings()) as store:
            return [
                [
                    str(key.id),
                    key.name,
                    str(key.tenant or "(administrator)"),
                    " ".join(key.scopes),
                    f"{key.created_at:%Y-%m-%d}",
                    f"{key.last_used_at:%Y-%m-%d %H:%M}" if key.last_used_at else "never",
                    f"revoked {key.revoked_at:%Y-%m-%d}" if key.revoked_at else "",
                ]
                for key in await store.list_api_keys()
            ]

    heads = ("ID", "NAME", "TENANT", "SCOPES", "MADE", "LAST USED", "")
    common.table(heads, common.run(rows()), empty=f"No keys but the server's own: {common.hilo()} keys show")


@app.command()
def revoke(key: Annotated[UUID, typer.Argument(help="Its ID in the list.")]) -> None:
    """End a key, for good."""
    from app.errors import NotFound

    async def end() -> bool:
        async with common.opened(common.settings()) as store:
            return await store.revoke_api_key(key)

    if not common.run(end()):
        raise NotFound(f"There is no living key {key}")
    common.say(f"revoked {key}; servers that run forget it within seconds")
