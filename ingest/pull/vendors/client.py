"""One vendor's API: access tokens, JSON answers and bytes; no secret is shown."""

from collections.abc import Callable
from typing import Any

import httpx

from ingest.pull.http_client import HttpClient, retryable_error, status_line
from tandem.core.errors import DeliveryError, KeyProblem

Json = dict[str, Any]
ACCEPTED = (httpx.codes.OK, httpx.codes.NOT_FOUND)


class Client(HttpClient):
    """Reads one vendor's API. A context: the connection closes with it.

    Args:
        name: of the API, for messages.
        base: address below which its resources are.
        authorise: returns the Authorization header's value; called again after a 401,
            since access tokens live for about an hour.
    """

    def __init__(
        self, name: str, base: httpx.URL, authorise: Callable[[httpx.Client], str]
    ) -> None:
        # No .netrc and no proxy of the environment may see a vendor's credentials.
        super().__init__(name, base, trust_env=False)
        self._authorise, self._token = authorise, ""

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
        response = self._get(url)
        if response.status_code == httpx.codes.NOT_FOUND:
            return {}
        try:
            answer = response.json()
        except ValueError:
            raise DeliveryError("it answers no JSON", self.name, "check url") from None
        return answer if isinstance(answer, dict) else {"value": answer}

    def body(self, path: str) -> bytes:
        """Return the bytes of an answer; b"" where it is not found.

        Raises:
            DeliveryError: no answer, or none that can be used.
            KeyProblem: the credentials are refused.
        """
        response = self._get(self._url(path))
        is_absent = response.status_code == httpx.codes.NOT_FOUND
        return b"" if is_absent else response.content

    def _url(self, path: str) -> httpx.URL:
        if "://" in path:
            return self.same_origin(path, "next page")
        return httpx.URL(f"{str(self.base).rstrip('/')}/{path.lstrip('/')}")

    def _get(self, url: httpx.URL) -> httpx.Response:
        return self.with_retries(lambda: self._authorised(url))

    def _authorised(self, url: httpx.URL) -> httpx.Response:
        """Return the answer; where a token is refused, get a new one and ask again."""
        self._token = self._token or self._authorise(self.http)
        try:
            return self._read(url)
        except _Unauthorised:
            self._token = self._authorise(self.http)
            return self._read(url)

    def _read(self, url: httpx.URL) -> httpx.Response:
        headers = {"Authorization": self._token} if self._token else {}
        with self.response(url, headers, self._refusal, ACCEPTED) as response:
            response.read()
            return response

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


def token_from(response: httpx.Response, name: str) -> str:
    """Return the Authorization header that an OAuth token answer gives.

    Raises:
        RetryableError: the token endpoint is busy or failing for now.
        KeyProblem: it refuses.
    """
    if error := retryable_error(response):
        raise error
    if response.status_code != httpx.codes.OK:
        raise KeyProblem(
            f"no token ({response.status_code})", name, "check client id and secret"
        )
    return f"Bearer {response.json()['access_token']}"
