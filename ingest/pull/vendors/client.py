"""Speaking to one vendor's interface: tokens, patience, pages; no secret is told."""

from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Self

import httpx
import stamina

from tandem.core.errors import DeliveryError, KeyProblem

Json = dict[str, Any]
PASSING = {408, 425, 429, 500, 502, 503, 504}
ATTEMPTS, PATIENCE = 6, 600.0  # seconds over all attempts of one question
LONGEST_WAIT = 120.0  # seconds that an interface may tell us to stay away


class Passing(Exception):
    """An answer that may be another one in a while; `wait` in seconds, if told."""

    def __init__(self, what: str, wait: float | None = None) -> None:
        super().__init__(what)
        self.wait = wait


class Client:
    """One interface. A context: the connection closes with it.

    Args:
        name: of the interface, for messages.
        base: address below which it is asked.
        authorise: returns the Authorization header's value; asked again after a 401,
            since tokens live for about an hour.
    """

    def __init__(
        self, name: str, base: httpx.URL, authorise: Callable[[httpx.Client], str]
    ) -> None:
        self.name, self.base = name, base
        self._authorise, self._token = authorise, ""
        self._http = httpx.Client(
            timeout=60,
            follow_redirects=False,
            trust_env=False,  # no .netrc: its credentials are not ours to send
        )

    def __enter__(self) -> Self:
        """Begin to speak."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Close the connection."""
        self._http.close()

    def get(self, path: str, **parameters: object) -> Json:
        """Return the JSON object that answers; {} where it is not found.

        Args:
            path: below the base, or a whole address on the same host.
            parameters: of the query; None leaves one out.

        Raises:
            DeliveryError: no answer, or none that can be read.
            KeyProblem: the credentials are refused.
        """
        url = self._below(path)
        asked = {k: str(v) for k, v in parameters.items() if v not in (None, "")}
        if asked:
            url = url.copy_merge_params(asked)
        response = self._patiently(url)
        if response.status_code == httpx.codes.NOT_FOUND:
            return {}
        try:
            found = response.json()
        except ValueError:
            raise DeliveryError("it answers no JSON", self.name, "check url") from None
        return found if isinstance(found, dict) else {"value": found}

    def body(self, path: str) -> bytes:
        """Return the bytes that answer; b"" where it is not found.

        Raises:
            DeliveryError: no answer, or none that can be used.
        """
        response = self._patiently(self._below(path))
        is_absent = response.status_code == httpx.codes.NOT_FOUND
        return b"" if is_absent else response.content

    def _patiently(self, url: httpx.URL) -> httpx.Response:
        try:
            for attempt in stamina.retry_context(
                _may_pass, attempts=ATTEMPTS, timeout=PATIENCE, wait_max=60
            ):
                with attempt:
                    return self._answer(url)
        except (Passing, httpx.TransportError) as error:
            raise DeliveryError(
                f"no answer in {ATTEMPTS} attempts ({error or type(error).__name__})",
                self.name,
                "what has landed stays; the same command goes on from there",
            ) from None
        raise AssertionError  # retry_context returns or raises

    def _below(self, path: str) -> httpx.URL:
        if "://" not in path:
            return httpx.URL(f"{str(self.base).rstrip('/')}/{path.lstrip('/')}")
        url = httpx.URL(path)
        if (url.scheme, url.netloc) != (self.base.scheme, self.base.netloc):
            raise DeliveryError(
                f"its next page is on another host ({url.host})",
                self.name,
                "tell whoever runs it; credentials were not sent there",
            )
        return url

    def _answer(self, url: httpx.URL) -> httpx.Response:
        for is_last in (False, True):
            self._token = self._token or self._authorise(self._http)
            headers = {"Authorization": self._token} if self._token else {}
            response = self._http.get(url, headers=headers)
            if response.status_code != httpx.codes.UNAUTHORIZED or is_last:
                break
            self._token = ""  # it may have run out
        return self._checked(response)

    def _checked(self, response: httpx.Response) -> httpx.Response:
        status = response.status_code
        words = f"{status} {response.reason_phrase}".strip()
        if status in PASSING:
            raise Passing(words, wait_told(response.headers.get("Retry-After")))
        if status in (401, 403):
            raise KeyProblem(
                f"it refuses the credentials ({words})",
                f"{self.name} {response.url.path}",
                "check the secrets, and the scopes that the application was given",
            )
        if status not in (httpx.codes.OK, httpx.codes.NOT_FOUND):
            raise DeliveryError(f"it answers {words}", self.name, "see its log")
        return response


def token_from(response: httpx.Response, name: str) -> str:
    """Return the Authorization header that an OAuth token answer gives.

    Raises:
        Passing: the token endpoint asks for patience.
        KeyProblem: it refuses.
    """
    if response.status_code in PASSING:
        raise Passing(f"{response.status_code} for a token")
    if response.status_code != httpx.codes.OK:
        raise KeyProblem(
            f"no token ({response.status_code})", name, "check client id and secret"
        )
    return f"Bearer {response.json()['access_token']}"


def wait_told(told: str | None) -> float | None:
    """Return the seconds of a Retry-After, which is a number or a date."""
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
    return max(0.0, (at - datetime.now(UTC)).total_seconds()) if at.tzinfo else None


def _may_pass(error: Exception) -> bool | float:
    if isinstance(error, Passing):
        return True if error.wait is None else min(error.wait, LONGEST_WAIT)
    return isinstance(error, httpx.TransportError)
