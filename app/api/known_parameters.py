"""A query parameter that a route does not take is said, not passed over: `?unprocesed=true` would list everything."""

from difflib import get_close_matches

from fastapi import Request
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute


async def only_known_parameters(request: Request) -> None:
    """Raises `RequestValidationError` (422) naming each unknown parameter, and what was probably meant."""
    route = request.scope["route"]
    if not request.query_params or not isinstance(route, APIRoute):
        return
    known = _parameters(route.dependant)
    errors = [
        {"type": "unknown_parameter", "loc": ("query", name[:100]), "msg": _hint(name, known)}
        for name in list(request.query_params)[:100]
        if name not in known
    ]
    if errors:
        raise RequestValidationError(errors)


def _parameters(dependant: Dependant) -> set[str]:
    own = {field.alias for field in dependant.query_params}
    return own.union(*(_parameters(inner) for inner in dependant.dependencies))


def _hint(name: str, known: set[str]) -> str:
    if close := get_close_matches(name, known, n=1):
        return f"There is no such parameter; did you mean {close[0]}?"
    return f"There is no such parameter; there are: {', '.join(sorted(known)) or 'none'}"
