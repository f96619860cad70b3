"""A secret as a value that never prints, and its removal from messages."""

import hmac
from collections.abc import Callable
from typing import NoReturn

HIDDEN = "(hidden)"
SHORTEST_HIDDEN = 6  # characters; a shorter one would hide ordinary letters

_known: set[str] = set()


class Secret:
    """A password, token or key: `reveal` gives its text, and nothing else does.

    It prints as (hidden) in messages, logs and tracebacks, and can be written neither
    as JSON nor by pickle.
    """

    __slots__ = ("reveal",)

    reveal: Callable[[], str]

    def __init__(self, text: str) -> None:
        if len(text) >= SHORTEST_HIDDEN:
            _known.add(text)
        self.reveal = lambda: text

    def __repr__(self) -> str:
        """Return that it is hidden."""
        return HIDDEN

    __str__ = __repr__

    def __format__(self, _form: str) -> str:
        """Return that it is hidden."""
        return HIDDEN

    def __eq__(self, other: object) -> bool:
        """Return whether another secret has the same text."""
        if not isinstance(other, Secret):
            return NotImplemented
        texts = (self.reveal().encode(), other.reveal().encode())
        return hmac.compare_digest(*texts)

    def __hash__(self) -> int:
        """Return the hash of its text."""
        return hash(self.reveal())

    def __reduce_ex__(self, _protocol: object) -> NoReturn:
        """Refuse to be copied into a file."""
        raise TypeError("a secret is not written anywhere")


def hidden(text: str) -> str:
    """Return a message without any secret that this process has read."""
    for secret in sorted(_known, key=len, reverse=True):
        if secret in text:
            text = text.replace(secret, HIDDEN)
    return text
