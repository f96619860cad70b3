"""Which failures of HTTP may pass, and how long a server asks to wait."""

import ssl
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

RETRYABLE_STATUSES = frozenset({408, 425, 429, 500, 502, 503, 504})
LONGEST_WAIT_SECONDS = 300.0  # a longer Retry-After is cut to this
# The connection broke within TLS.
PASSING_TLS = (ssl.SSLEOFError, ssl.SSLZeroReturnError, ssl.SSLSyscallError)


class RetryableError(Exception):
    """A failure that may pass; `wait` in seconds where the server names one."""

    def __init__(self, what: str, wait: float | None = None) -> None:
        super().__init__(what)
        self.what, self.wait = what, wait


def retryable_error(response: httpx.Response) -> RetryableError | None:
    """Return the error of a status that may pass, None for any other status."""
    if response.status_code not in RETRYABLE_STATUSES:
        return None
    wait = parse_retry_after(response.headers.get("Retry-After"))
    return RetryableError(status_line(response), wait)


def status_line(response: httpx.Response) -> str:
    """Return status and reason, as `503 Service Unavailable`."""
    return f"{response.status_code} {response.reason_phrase}".strip()


def parse_retry_after(value: str | None) -> float | None:
    """Return the seconds of a Retry-After header, which holds seconds or a date.

    Source: RFC 9110, section 10.2.3. None where it is absent or cannot be read.
    """
    if not value:
        return None
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        until = parsedate_to_datetime(value)
    except ValueError:
        return None
    if until.tzinfo is None:
        return None
    return max(0.0, (until - datetime.now(UTC)).total_seconds())


def retry_decision(error: Exception) -> bool | float:
    """Return for stamina whether to try again, or after how many seconds."""
    if isinstance(error, RetryableError):
        return True if error.wait is None else min(error.wait, LONGEST_WAIT_SECONDS)
    if isinstance(error, httpx.LocalProtocolError | httpx.UnsupportedProtocol):
        return False
    if tls_fault(error):
        return False
    return isinstance(error, httpx.TransportError | httpx.DecodingError)


def tls_fault(error: BaseException | None) -> str | None:
    """Return why TLS was refused, None for another error or one that may pass."""
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return error.verify_message
        if isinstance(error, ssl.SSLError) and not isinstance(error, PASSING_TLS):
            return (error.reason or "TLS").replace("_", " ").lower()
        error = error.__cause__ or error.__context__
    return None
