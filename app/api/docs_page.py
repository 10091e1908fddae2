"""`/docs`: Swagger UI from this server itself. FastAPI's own page loads it from a CDN: blank without the internet, and
a stranger's script on the page into which people paste their keys."""

from importlib.resources import files
from pathlib import Path
from typing import Final

from fastapi import FastAPI, Request
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import HTMLResponse
from starlette.staticfiles import StaticFiles

_ASSETS: Final = Path(str(files("fastapi_offline"))) / "static"
_OWN: Final = "'self' 'unsafe-inline'"
_POLICY: Final = f"default-src 'self'; script-src {_OWN}; style-src {_OWN}; img-src 'self' data:"


def add_docs_page(app: FastAPI) -> None:
    """Addresses on the page are relative, so that it also works behind a proxy that puts a path in front."""
    page = get_swagger_ui_html(
        openapi_url="openapi.json",
        title=f"{app.title} API",
        swagger_js_url="docs/assets/swagger-ui-bundle.js",
        swagger_css_url="docs/assets/swagger-ui.css",
        swagger_favicon_url="docs/assets/favicon.png",
    )

    async def docs(request: Request) -> HTMLResponse:
        return HTMLResponse(bytes(page.body), headers={"Content-Security-Policy": _POLICY})

    app.add_route("/docs", docs, include_in_schema=False)
    app.mount("/docs/assets", StaticFiles(directory=_ASSETS), name="docs assets")
