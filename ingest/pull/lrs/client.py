"""The statements resource of one LRS: versions, pages and credentials."""

from collections.abc import Callable
from typing import TypeVar
from urllib.parse import urljoin

import httpx
import msgspec

from ingest.pull.http_body import body_of, first_bytes
from ingest.pull.http_client import HttpClient
from ingest.pull.lrs.access import Access
from ingest.pull.lrs.answers import VERSION, Page, read_page
from tandem.core.errors import DeliveryError, KeyProblem
from tandem.core.http_retries import status_line

SUPPORTED_VERSIONS = ("1.0.3", "2.0.0")  # the first is sent where an LRS names none
ABOUT_ATTEMPTS = 2  # many LRSs have no about resource
REFUSAL_BYTES = 2_000  # of a refusal's body, read for the word "version"
T = TypeVar("T")


class Client(HttpClient):
    """Reads one LRS's statements. A context: the connection closes with it."""

    def __init__(self, access: Access) -> None:
        self.access = access
        self.version = access.xapi_version or SUPPORTED_VERSIONS[0]
        headers = {"Accept": "application/json, multipart/mixed;q=0.5"}
        super().__init__(
            access.shown,
            access.statements_url,
            headers=headers,
            timeout_seconds=access.timeout_seconds,
        )
        self.auth = access.auth

    def negotiate(self) -> str:
        """Return the xAPI version to use, unless tandem.toml sets it.

        The LRS's about resource lists the versions that it supports; many have none.
        """
        if self.access.xapi_version:
            return self.version
        path = self.base.path.removesuffix("/statements")
        about = self.base.copy_with(path=f"{path}/about")
        try:
            versions = self._get(about, self._versions, attempts=ABOUT_ATTEMPTS)
        except (DeliveryError, KeyProblem):
            return self.version
        if versions and not any(version.startswith("1.0") for version in versions):
            self.version = max(
                (version for version in versions if version.startswith("2.0")),
                default=SUPPORTED_VERSIONS[0],
            )
        return self.version

    def first(self, **parameters: str) -> Page:
        """Return the first page of a query; try the other xAPI version if refused.

        Raises:
            DeliveryError: it does not answer, or answers no statements.
            KeyProblem: it refuses the credentials.
        """
        query = {"limit": str(self.access.page_size)} | parameters
        url = self.base.copy_merge_params(query)
        try:
            return self._page(url)
        except _Refused as error:
            if self.access.xapi_version or "version" not in error.body.lower():
                raise
            self.version = next(v for v in SUPPORTED_VERSIONS if v != self.version)
            return self._page(url)

    def next(self, more: str) -> Page:
        """Return the page that a `more` link names.

        Raises:
            DeliveryError: it leads to another origin, or see `first`.
        """
        return self._page(self.same_origin(_over_tls(self.base, more), "more link"))

    def _page(self, url: httpx.URL) -> Page:
        return self._get(url, lambda response: read_page(response, self.name))

    def _get(
        self,
        url: httpx.URL,
        read: Callable[[httpx.Response], T],
        attempts: int | None = None,
    ) -> T:
        def request() -> T:
            headers = {VERSION: self.version}
            with self.response(url, headers, self._refusal) as response:
                return read(response)

        return self.with_retries(request, attempts)

    def _versions(self, response: httpx.Response) -> list[str]:
        content = body_of(response, self.name, "short_answer_mb")
        try:
            about = msgspec.json.decode(content, type=dict[str, object])
        except msgspec.DecodeError:
            return []
        versions = about.get("version")
        return [str(v) for v in versions] if isinstance(versions, list) else []

    def _refusal(self, response: httpx.Response) -> Exception:
        status = status_line(response)
        if response.status_code in (401, 403):
            return KeyProblem(
                f"it refuses the credentials ({status})",
                self.name,
                "set TANDEM_LRS_USERNAME and TANDEM_LRS_PASSWORD, or TANDEM_LRS_TOKEN, "
                "or [lrs.NAME] in tandem.toml",
            )
        return _Refused(
            f"it answers {status}",
            self.name,
            "give the xAPI endpoint, the part before /statements",
            body=first_bytes(response, REFUSAL_BYTES).decode("utf-8", "replace"),
        )


class _Refused(DeliveryError):
    """The LRS refuses a request; `body` is its reason, never shown: it may quote."""

    def __init__(self, what: str, where: str, next_step: str, body: str = "") -> None:
        super().__init__(what, where, next_step)
        self.body = body


def _over_tls(base: httpx.URL, more: str) -> str:
    """Return a link as https where an LRS behind a proxy writes plain http.

    Only for the host that is already read over TLS.
    """
    try:
        link = httpx.URL(urljoin(str(base), more))
    except (httpx.InvalidURL, ValueError):
        return more  # same_origin refuses it
    is_mistaken = (link.scheme, base.scheme) == ("http", "https")
    if is_mistaken and link.host == base.host:
        return str(link.copy_with(scheme="https", port=base.port))
    return more
