"""Logs of what runs within a test: structlog's defaults, but for tracebacks.

Its default shows every local variable of every frame: 7 s for one exception that comes through the whole server.
"""

import structlog


def plain_logs() -> None:
    structlog.reset_defaults()
    *others, _ = structlog.get_config()["processors"]
    console = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[*others, console])
