"""HTTP for pulls from LRSs and vendors: retries, redirects, credentials of one origin.

A request that fails for a reason that may pass is repeated with growing waits, or after
the wait that the server names. Credentials go to one origin (scheme, host and port)
only: a link or redirect to another origin is refused.
"""

from collections.abc import Callable, Collection, Generator, Iterator, Mapping
from contextlib import contextmanager
from typing import Self, TypeVar
from urllib.parse import urljoin

import httpx
import stamina
from stamina.instrumentation import RetryDetails

from tandem.core.errors import DeliveryError
from tandem.core.http_retries import (
    RetryableError,
    retry_decision,
    retryable_error,
    tls_fault,
)
from tandem.core.progress import console
from tandem.core.secret import Secret, hidden

ATTEMPTS = 8
RETRY_SECONDS = 600.0  # over all attempts of one request
REPORTED_WAIT_SECONDS = 5.0  # a shorter wait is not shown to the user
MAX_REDIRECTS = 5
DEFAULT_PORTS = {"http": 80, "https": 443}
T = TypeVar("T")


class HttpClient:
    """Requests to one origin. A context: the connection closes with it.

    Args:
        name: of the LRS or vendor, for messages.
        base: address whose origin the credentials belong to.
        headers: sent with every request.
        timeout_seconds: of connecting, and of each read.
        trust_env: use the proxies and certificates that the environment names.
    """

    def __init__(
        self,
        name: str,
        base: httpx.URL,
        *,
        headers: Mapping[str, str] | None = None,
        timeout_seconds: float = 60.0,
        trust_env: bool = True,
    ) -> None:
        self.name, self.base = name, base
        self.attempts = ATTEMPTS  # of a request that says nothing else
        self.auth: Secret | None = None  # the Authorization header's value
        self.http = httpx.Client(
            headers={"Accept-Encoding": "gzip, deflate", **(headers or {})},
            timeout=timeout_seconds,
            follow_redirects=False,  # each one is checked first: credentials go along
            trust_env=trust_env,
        )

    def __enter__(self) -> Self:
        """Return the client; the connection opens with the first request."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Close the connection."""
        self.http.close()

    def with_retries(self, request: Callable[[], T], attempts: int | None = None) -> T:
        """Return what a request returns, repeated while it fails for now.

        Args:
            request: raises RetryableError, or an error of httpx, where it may pass.
            attempts: fewer or more than usual.

        Raises:
            DeliveryError: the last attempt failed too.
        """
        try:
            for attempt in stamina.retry_context(
                retry_decision,
                attempts=attempts or self.attempts,
                timeout=RETRY_SECONDS,
                wait_initial=0.5,
                wait_max=60,
                wait_jitter=1,
            ):
                with attempt:
                    return request()
        except (RetryableError, httpx.TransportError, httpx.DecodingError) as error:
            raise self._no_answer(error, attempts or self.attempts) from None
        raise AssertionError  # retry_context returns or raises

    def _no_answer(self, error: Exception, attempts: int) -> DeliveryError:
        if isinstance(error, httpx.LocalProtocolError | httpx.UnsupportedProtocol):
            return DeliveryError(
                "the request cannot be sent", self.name, "check address and credentials"
            )
        if fault := tls_fault(error):
            return DeliveryError(
                f"its certificate or encryption is not accepted ({fault})",
                self.name,
                "check the address, and that this machine trusts who signed it",
            )
        reason = str(error) or type(error).__name__
        return DeliveryError(
            f"no answer in {attempts} attempts ({reason})",
            self.name,
            "what has landed stays; run the same command again to continue",
        )

    @contextmanager
    def response(
        self,
        url: httpx.URL,
        headers: Mapping[str, str],
        refusal: Callable[[httpx.Response], Exception],
        accepted: Collection[int] = (httpx.codes.OK,),
    ) -> Iterator[httpx.Response]:
        """Yield an accepted response, its body unread; follow redirects of the origin.

        Args:
            url: what is requested.
            headers: of this request.
            refusal: returns the error for a status that is neither accepted nor
                retryable.
            accepted: the statuses that are yielded.

        Raises:
            RetryableError: the server is busy or failing for now.
            DeliveryError: it redirects to another origin, or without end.
        """
        for _hop in range(MAX_REDIRECTS + 1):
            auth = _Authorisation(self.auth) if self.auth else None
            request = self.http.stream("GET", url, headers=headers, auth=auth)
            with request as response:
                if response.status_code in accepted:
                    yield response
                    return
                if not response.has_redirect_location:
                    raise retryable_error(response) or refusal(response)
                url = self.same_origin(response.headers["Location"], "redirect")
        raise DeliveryError("it redirects in a circle", self.name)

    def same_origin(self, link: str, kind: str) -> httpx.URL:
        """Return a link's address where it is of the origin that credentials belong to.

        Args:
            link: absolute, or relative to the base.
            kind: of link, for the message.

        Raises:
            DeliveryError: it is no address, or one of another origin.
        """
        try:
            url = httpx.URL(urljoin(str(self.base), link))
        except (httpx.InvalidURL, ValueError):
            raise DeliveryError(f"its {kind} is not an address", self.name) from None
        if origin_of(url) == origin_of(self.base):
            return url.copy_with(fragment=None)
        if url.scheme == "http" and self.base.scheme == "https":
            reason = f"its {kind} leads to plain http: credentials would be readable"
        else:
            reason = f"its {kind} leads to {url.scheme}://{url.netloc.decode()}"
        raise DeliveryError(
            f"{reason}; credentials were not sent there",
            self.name,
            "if that server is right, give its address instead",
        )


def origin_of(url: httpx.URL) -> tuple[str, str, int | None]:
    """Return scheme, host and port of an address."""
    return url.scheme, url.host, url.port or DEFAULT_PORTS.get(url.scheme)


class _Authorisation(httpx.Auth):
    """Adds the Authorization header as the request leaves."""

    def __init__(self, secret: Secret) -> None:
        self._secret = secret

    def auth_flow(
        self, request: httpx.Request
    ) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["Authorization"] = self._secret.reveal()
        yield request


def _report_wait(retry: RetryDetails) -> None:
    if retry.wait_for >= REPORTED_WAIT_SECONDS:
        reason = str(retry.caused_by) or type(retry.caused_by).__name__
        console.print(
            f"No answer yet ({hidden(reason)}); trying again in {retry.wait_for:.0f} s",
            markup=False,
        )


stamina.instrumentation.set_on_retry_hooks([_report_wait])
