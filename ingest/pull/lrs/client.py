"""Speaking to one LRS: versions, credentials, patience, and links that stay at home."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Self, TypeVar
from urllib.parse import urljoin

import httpx
import msgspec
import stamina
from stamina.instrumentation import RetryDetails

from ingest.pull.lrs.access import Access
from ingest.pull.lrs.answers import VERSION, Page, read_page
from tandem.core.errors import DeliveryError, KeyProblem
from tandem.core.progress import console

PASSING = {408, 425, 429, 500, 502, 503, 504}
ATTEMPTS, PATIENCE = 8, 600.0  # seconds over all attempts of one request
LONGEST_WAIT = 300.0  # seconds that an LRS may tell us to stay away
TOLD_FROM = 5.0  # seconds of waiting
REDIRECTS = 5
T = TypeVar("T")

OURS = ("1.0.3", "2.0.0")  # the first is what an LRS that does not say is asked for


class Passing(Exception):
    """An answer that may be another one in a while; `wait` in seconds, if told."""

    def __init__(self, what: str, wait: float | None = None) -> None:
        super().__init__(what)
        self.what, self.wait = what, wait


def _tell(retry: RetryDetails) -> None:
    """Say so where a person would wonder what takes so long."""
    if retry.wait_for >= TOLD_FROM:
        why = str(retry.caused_by) or type(retry.caused_by).__name__
        console.print(
            f"The LRS does not answer ({why}): asked again in {retry.wait_for:.0f} s",
            markup=False,
        )


stamina.instrumentation.set_on_retry_hooks([_tell])


def _may_pass(error: Exception) -> bool | float:
    """Say to stamina whether to try again, and when if the LRS said so."""
    if isinstance(error, Passing):
        return True if error.wait is None else min(error.wait, LONGEST_WAIT)
    return isinstance(error, httpx.TransportError | httpx.DecodingError)


class Client:
    """One LRS's statements resource. A context: the connection closes with it."""

    def __init__(self, access: Access) -> None:
        self.access = access
        self.version = access.xapi_version or OURS[0]
        headers = {"Accept": "application/json, multipart/mixed;q=0.5"}
        if access.auth:
            headers["Authorization"] = access.auth
        self._http = httpx.Client(
            headers=headers,
            timeout=access.timeout_seconds,
            follow_redirects=False,  # each is judged first: credentials go along
        )

    def __enter__(self) -> Self:
        """Begin to speak."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Close the connection."""
        self._http.close()

    def negotiate(self) -> str:
        """Agree on an xAPI version, unless tandem.toml says which.

        The LRS's about resource lists what it speaks; many have none.
        """
        if self.access.xapi_version:
            return self.version
        path = self.access.statements_url.path.removesuffix("/statements")
        about = self.access.statements_url.copy_with(path=f"{path}/about")
        try:
            spoken = self._patiently(about, _versions, attempts=2)
        except (DeliveryError, KeyProblem):
            return self.version
        if spoken and not any(text.startswith("1.0") for text in spoken):
            self.version = max(
                (v for v in spoken if v.startswith("2.0")), default=OURS[0]
            )
        return self.version

    def first(self, **parameters: str) -> Page:
        """Return the first page of a query; a server of another version is humoured.

        Raises:
            DeliveryError: it does not answer, or answers no statements.
            KeyProblem: it refuses the credentials.
        """
        asked = {"limit": str(self.access.page_size)} | parameters
        url = self.access.statements_url.copy_merge_params(asked)
        try:
            return self._page(url)
        except _Refused as error:
            if self.access.xapi_version or "version" not in error.body.lower():
                raise
            self.version = next(v for v in OURS if v != self.version)
            return self._page(url)

    def next(self, more: str) -> Page:
        """Return the page that an opaque `more` names.

        Raises:
            DeliveryError: it leads to another server, or see `first`.
        """
        base = self.access.statements_url
        return self._page(self._at_home(base, _over_tls(base, more), "more link"))

    def _page(self, url: httpx.URL) -> Page:
        name = self.access.shown
        return self._patiently(url, lambda response: read_page(response, name))

    def _at_home(self, base: httpx.URL, link: str, what: str) -> httpx.URL:
        """Return a link's address if the credentials may go there."""
        try:
            url = httpx.URL(urljoin(str(base), link))
        except (httpx.InvalidURL, ValueError):
            raise DeliveryError(
                f"its {what} is no address", self.access.shown
            ) from None
        if _origin(url) == _origin(self.access.statements_url):
            return url.copy_with(fragment=None)
        if url.scheme == "http" and self.access.statements_url.scheme == "https":
            words = f"its {what} leads to plain http: credentials would be readable"
        else:
            words = f"its {what} leads to {url.scheme}://{url.netloc.decode()}"
        raise DeliveryError(
            words, self.access.shown, "if that is right, give that address to --lrs"
        )

    def _patiently(
        self,
        url: httpx.URL,
        read: Callable[[httpx.Response], T],
        attempts: int | None = None,
    ) -> T:
        patience = PATIENCE
        try:
            for attempt in stamina.retry_context(
                _may_pass,
                attempts=attempts or ATTEMPTS,
                timeout=patience,
                wait_initial=0.5,
                wait_max=60,
                wait_jitter=1,
            ):
                with attempt, self._answer(url) as response:
                    return read(response)
        except Passing as error:
            raise self._given_up(error.what) from None
        except (httpx.TransportError, httpx.DecodingError) as error:
            raise self._given_up(str(error) or type(error).__name__) from None
        raise AssertionError  # retry_context returns or raises

    def _given_up(self, what: str) -> DeliveryError:
        words = f"no answer in {ATTEMPTS} attempts ({what})"
        step = "what has landed stays; the same command goes on from there"
        return DeliveryError(words, self.access.shown, step)

    @contextmanager
    def _answer(self, url: httpx.URL) -> Iterator[httpx.Response]:
        """Yield a good answer, its body unread, after redirects that stay at home."""
        for _hop in range(REDIRECTS + 1):
            headers = {VERSION: self.version}
            with self._http.stream("GET", url, headers=headers) as response:
                if response.status_code == httpx.codes.OK:
                    yield response
                    return
                if not response.has_redirect_location:
                    raise self._refusal(response)
                url = self._at_home(url, response.headers["Location"], "redirect")
        raise DeliveryError("it redirects in a circle", self.access.shown)

    def _refusal(self, response: httpx.Response) -> Exception:
        status = response.status_code
        words = f"{status} {response.reason_phrase}".strip()
        if status in PASSING:
            return Passing(words, _wait(response.headers.get("Retry-After")))
        if status in (401, 403):
            return KeyProblem(
                f"it refuses the credentials ({words})",
                self.access.shown,
                "set TANDEM_LRS_USERNAME and TANDEM_LRS_PASSWORD, or TANDEM_LRS_TOKEN, "
                "or [lrs.NAME] in tandem.toml",
            )
        response.read()
        return _Refused(
            f"it answers {words}",
            self.access.shown,
            "give the xAPI endpoint, the part before /statements",
            body=response.text[:2_000],
        )


class _Refused(DeliveryError):
    """The LRS refuses the question; `body` is its reason, not shown: it may quote."""

    def __init__(self, what: str, where: str, next_step: str, body: str = "") -> None:
        super().__init__(what, where, next_step)
        self.body = body


def _versions(response: httpx.Response) -> list[str]:
    try:
        found = msgspec.json.decode(response.read(), type=dict[str, object])
    except msgspec.DecodeError:
        return []
    versions = found.get("version")
    return [str(v) for v in versions] if isinstance(versions, list) else []


def _over_tls(base: httpx.URL, more: str) -> str:
    """Return a link as https where an LRS behind a proxy takes itself for plain http.

    Its host is the one that we speak to over TLS already.
    """
    try:
        link = httpx.URL(urljoin(str(base), more))
    except (httpx.InvalidURL, ValueError):
        return more  # refused by who judges links
    is_mistaken = (link.scheme, base.scheme) == ("http", "https")
    if is_mistaken and link.host == base.host:
        return str(link.copy_with(scheme="https", port=base.port))
    return more


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    usual = {"http": 80, "https": 443}
    return url.scheme, url.host, url.port or usual.get(url.scheme)


def _wait(told: str | None) -> float | None:
    """Return seconds of a Retry-After, which may be a number or a date."""
    if not told:
        return None
    try:
        return max(0.0, float(told))
    except ValueError:
        pass
    try:
        at = parsedate_to_datetime(told)
    except ValueError:
        return None
    left = at - datetime.now(UTC) if at.tzinfo else timedelta()
    return max(0.0, left.total_seconds())
