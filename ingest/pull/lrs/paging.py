"""Pages of one query, followed by `more` links, also where an LRS repeats pages."""

import hashlib
from collections.abc import Iterator

from ingest.pull.lrs.answers import Page
from ingest.pull.lrs.client import Client
from tandem.core.errors import DeliveryError

EMPTY_IN_A_ROW = 5  # pages without a statement that still name another one


class Pages:
    """The pages of one query. Iterate once; the flags afterwards say how it ended.

    `is_loop`: a page or link came a second time; `is_repeat`: it was the page just
    before, as an LRS answers whose last page names itself.
    """

    def __init__(self, client: Client, page: Page, most: int) -> None:
        self.first = page
        self._client, self._most = client, most
        self.is_loop = self.is_repeat = False

    def __iter__(self) -> Iterator[Page]:
        """Yield pages until there are no more, or a page is repeated.

        Raises:
            DeliveryError: an answer is unusable, or there is no end to the pages.
        """
        page, empty = self.first, 0
        seen: set[bytes] = set()
        last = last_link = b""
        for _count in range(self._most):
            content = _digest(*(statement.text for statement in page.statements))
            if page.statements and content in seen:
                self.is_loop, self.is_repeat = True, content == last
                return
            yield page
            link = _digest(page.more.encode(), b"more")
            empty = 0 if page.statements else empty + 1
            if not page.more:
                return
            if link in seen or empty >= EMPTY_IN_A_ROW:
                self.is_loop, self.is_repeat = True, link == last_link
                return
            seen |= {content, link}
            last, last_link = content, link
            page = self._client.next(page.more)
        raise DeliveryError(
            f"its list of statements does not end ({self._most:,} pages)",
            self._client.access.shown,
            "what has landed stays; run the same command again to continue, and "
            "most_pages in tandem.toml's [lrs.NAME] allows more at a time",
        )


def _digest(*parts: bytes) -> bytes:
    digest = hashlib.blake2b(digest_size=16)
    for part in parts:
        digest.update(len(part).to_bytes(8) + part)
    return digest.digest()
