"""Why something could not be delivered, in words that name nobody."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from tandem.core.addresses import EMAIL
from tandem.core.errors import TandemError
from tandem.core.secret import hidden

LONGEST_REASON = 200  # characters of what a server answers
CLIENTS = ("httpx", "httpcore", "stamina")  # whose logs name addresses


class NotDelivered(TandemError):
    """A message could not be handed over; the next run tries again."""


def reason_words(text: str) -> str:
    """Return a server's words on one line, without addresses and secrets."""
    line = " ".join(hidden(text).split())
    return EMAIL.sub("(address)", line)[:LONGEST_REASON]


@contextmanager
def quiet_clients() -> Iterator[None]:
    """Keep the logs of HTTP clients silent: the address of a webhook is a secret."""
    loggers = [logging.getLogger(name) for name in CLIENTS]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
