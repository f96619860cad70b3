"""Read the bodies of answers, with a limit on their size and time."""

import time
from collections.abc import Iterator

import httpx

from tandem.core.errors import DeliveryError
from tandem.core.limits import current_limits

# Others unfold without limit within one chunk, and so do several in a row.
CODINGS = ("", "identity", "gzip", "x-gzip", "deflate")


def body_of(response: httpx.Response, name: str, limit: str) -> bytes:
    """Return the body of an answer.

    Args:
        response: its body unread.
        name: of the LRS or vendor, for messages.
        limit: the name of the limit of its size.

    Raises:
        LimitExceeded: it is larger than that, or takes too long.
        DeliveryError: it is compressed in a way that was not requested.
        httpx.TransportError: the connection broke.
    """
    return b"".join(chunks_of(response, name, limit))


def chunks_of(response: httpx.Response, name: str, limit: str) -> Iterator[bytes]:
    """Yield the parts of a body as they arrive; see `body_of`."""
    _require_coding(response, name)
    limits, size, began = current_limits(), 0, time.monotonic()
    for chunk in response.iter_bytes():
        size += len(chunk)
        if size > limits.size(limit):
            raise limits.refuse(limit, "one answer is larger than it may be", name)
        if time.monotonic() - began > limits.seconds:
            raise limits.refuse("seconds", "one answer takes too long", name)
        yield chunk


def first_bytes(response: httpx.Response, size: int) -> bytes:
    """Return at most so many bytes of a body, b"" where it cannot be read."""
    content = b""
    try:
        for chunk in chunks_of(response, "", "short_answer_mb"):
            content += chunk
            if len(content) >= size:
                break
    except (DeliveryError, httpx.HTTPError):
        pass
    return content[:size]


def _require_coding(response: httpx.Response, name: str) -> None:
    coding = response.headers.get("Content-Encoding", "").strip().lower()
    if coding not in CODINGS:
        raise DeliveryError(
            "its answer is compressed in a way that was not asked for",
            name,
            "ask whoever runs it to answer in gzip, or without compression",
        )
