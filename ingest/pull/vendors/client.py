"""One vendor's API: access tokens, JSON answers and bytes; no secret is shown."""

import json
from collections.abc import Callable
from typing import Any

import httpx

from ingest.pull.http_body import body_of
from ingest.pull.http_client import HttpClient
from tandem.core.credentials import checked
from tandem.core.errors import DeliveryError, KeyProblem
from tandem.core.http_retries import (
    RETRYABLE_STATUSES,
    retryable_error,
    status_line,
)
from tandem.core.secret import Secret

Json = dict[str, Any]
ANSWERS = frozenset({200, *range(400, 500)}) - RETRYABLE_STATUSES
ACCEPTED = (httpx.codes.OK, httpx.codes.NOT_FOUND)


class Client(HttpClient):
    """Reads one vendor's API. A context: the connection closes with it.

    Args:
        name: of the API, for messages.
        base: address below which its resources are.
        authorise: returns the Authorization header's value, None for no header; called
            again after a 401, since access tokens live for about an hour.
    """

    def __init__(
        self,
        name: str,
        base: httpx.URL,
        authorise: Callable[[httpx.Client], Secret | None],
    ) -> None:
        # No .netrc and no proxy of the environment may see a vendor's credentials.
        super().__init__(name, base, trust_env=False)
        self._authorise = authorise

    def get(self, path: str, **parameters: object) -> Json:
        """Return the JSON object of an answer; {} where it is not found.

        Args:
            path: below the base, or a whole address of the same origin.
            parameters: of the query; None leaves one out.

        Raises:
            DeliveryError: no answer, or none that can be read.
            KeyProblem: the credentials are refused.
        """
        url = self._url(path)
        query = {k: str(v) for k, v in parameters.items() if v not in (None, "")}
        if query:
            url = url.copy_merge_params(query)
        content = self._get(url)
        if content is None:
            return {}
        try:
            answer = json.loads(content)
        except (ValueError, RecursionError):
            raise DeliveryError("it answers no JSON", self.name, "check url") from None
        return answer if isinstance(answer, dict) else {"value": answer}

    def sign_in(self) -> None:
        """Get an access token now.

        Raises:
            DeliveryError: no answer.
            KeyProblem: the credentials are refused.
        """
        self.auth = self.with_retries(lambda: self._authorise(self.http))

    def probe(self, path: str, **parameters: object) -> tuple[int, Json]:
        """Return the status of an answer, refusals too, and its JSON object or {}.

        Raises:
            DeliveryError: no answer.
        """
        query = {key: str(value) for key, value in parameters.items()}
        url = self._url(path).copy_merge_params(query)

        def request() -> tuple[int, bytes]:
            with self.response(url, {}, self._refusal, ANSWERS) as response:
                content = body_of(response, self.name, "answer_mb")
                return response.status_code, content

        status, content = self.with_retries(request)
        try:
            answer = json.loads(content)
        except (ValueError, RecursionError):
            answer = None
        return status, answer if isinstance(answer, dict) else {}

    def body(self, path: str) -> bytes:
        """Return the bytes of an answer; b"" where it is not found.

        Raises:
            DeliveryError: no answer, or none that can be used.
            KeyProblem: the credentials are refused.
        """
        return self._get(self._url(path)) or b""

    def _url(self, path: str) -> httpx.URL:
        if "://" in path:
            return self.same_origin(path, "next page")
        return httpx.URL(f"{str(self.base).rstrip('/')}/{path.lstrip('/')}")

    def _get(self, url: httpx.URL) -> bytes | None:
        return self.with_retries(lambda: self._authorised(url))

    def _authorised(self, url: httpx.URL) -> bytes | None:
        """Return the answer; where a token is refused, get a new one and ask again."""
        self.auth = self.auth or self._authorise(self.http)
        try:
            return self._read(url)
        except _Unauthorised:
            self.auth = self._authorise(self.http)
            return self._read(url)

    def _read(self, url: httpx.URL) -> bytes | None:
        """Return the body of an answer, None where it is not found."""
        with self.response(url, {}, self._refusal, ACCEPTED) as response:
            if response.status_code == httpx.codes.NOT_FOUND:
                return None
            return body_of(response, self.name, "answer_mb")

    def _refusal(self, response: httpx.Response) -> Exception:
        status = status_line(response)
        if response.status_code in (401, 403):
            is_expired = response.status_code == httpx.codes.UNAUTHORIZED
            return (_Unauthorised if is_expired else KeyProblem)(
                f"it refuses the credentials ({status})",
                f"{self.name} {response.url.path}",
                "check the secrets, and the scopes that the application was given",
            )
        return DeliveryError(f"it answers {status}", self.name, "see its log")


class _Unauthorised(KeyProblem):
    """The access token is refused; it may have expired."""


def token_from(
    http: httpx.Client,
    name: str,
    url: httpx.URL,
    **request: Any,  # noqa: ANN401 - form, query and authentication of httpx
) -> Secret:
    """Return the Authorization header that an OAuth token endpoint gives.

    Args:
        http: sends the request.
        name: of the API, for messages.
        url: of the token endpoint.
        request: its form or query, and its authentication, as httpx takes them.

    Raises:
        RetryableError: the token endpoint is busy or failing for now.
        KeyProblem: it refuses, or its answer holds no token that can be sent.
        LimitExceeded: its answer is too long.
    """
    with http.stream("POST", url, **request) as response:
        if error := retryable_error(response):
            raise error
        if response.status_code != httpx.codes.OK:
            raise KeyProblem(
                f"no token ({response.status_code})", name, "check client id and secret"
            )
        content = body_of(response, name, "short_answer_mb")
    try:
        token = json.loads(content)["access_token"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise KeyProblem(
            "the token endpoint answers without a token", name, "check token_url"
        ) from None
    return Secret(f"Bearer {checked(str(token), 'the access token', name).reveal()}")
