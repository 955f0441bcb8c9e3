"""Bodies of requests that the scripts of the pages send."""

import json
from typing import Any

from starlette.requests import Request

BODY_MAX_BYTES = 200_000


async def json_of(request: Request) -> Any:
    """Return the parsed body, or None if it is too long or not JSON."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > BODY_MAX_BYTES:
            return None
    try:
        return json.loads(body or b"{}")
    except (ValueError, RecursionError):
        return None
