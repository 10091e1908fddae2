"""Pages follow what happens: a stream of marks, or the same for pages that ask now and then."""

import json
from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import AwareDatetime
from starlette.responses import Response

from app.errors import Unauthorized
from app.services.live import Watch
from app.web.frame import pages
from app.web.session import COOKIE, Visiting, Visitor

router = pages()

_SESSION_ROUNDS = 20  # answers after which a stream asks whether its log-in still lives


def watched(
    conversation: UUID | None = None,
    since: Annotated[AwareDatetime | None, Query(alias="from")] = None,
    until: Annotated[AwareDatetime | None, Query(alias="to")] = None,
) -> Watch:
    return Watch(conversation=conversation, since=since, until=until)


Watching = Annotated[Watch, Depends(watched)]


@router.get("/live")
async def live(visitor: Visiting, watch: Watching) -> Response:
    """Server-sent events, each with a mark for every part of a page."""
    if visitor.web.live.full:
        return Response(status_code=HTTPStatus.SERVICE_UNAVAILABLE, headers={"Retry-After": "5"})
    # Nginx would hold the events back otherwise.
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(_events(visitor, watch), media_type="text/event-stream", headers=headers)


@router.get("/marks")
async def marks(visitor: Visiting, watch: Watching) -> Response:
    """The marks once, for pages whose stream does not come through."""
    return JSONResponse(dict(await visitor.web.live.marks(visitor.tenant, watch)))


async def _events(visitor: Visitor, watch: Watch) -> AsyncIterator[str]:
    yield "retry: 3000\n\n"
    rounds = 0
    async for found in visitor.web.live.stream(visitor.tenant, watch):
        rounds += 1
        if rounds % _SESSION_ROUNDS == 0:
            try:
                await visitor.web.sign_in.current(visitor.request.cookies.get(COOKIE))
            except Unauthorized:
                return
        yield ": still here\n\n" if found is None else f"event: marks\ndata: {json.dumps(dict(found))}\n\n"
