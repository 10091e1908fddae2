"""Which certificates are believed, when one of our clients calls another service."""

import ssl
from functools import cache

import httpx


@cache
def trusted() -> ssl.SSLContext:
    """httpx's default (certifi's authorities, or those of `SSL_CERT_FILE`/`SSL_CERT_DIR`), one for all clients of the
    process: reading them takes 20 ms, and a client for each channel of each tenant would do it again."""
    return httpx.create_ssl_context()
