"""Posts messages to webhooks; what may pass is repeated, a refusal is not."""

import hashlib
import hmac
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import httpx
import stamina

from tandem.core.http_retries import (
    RetryableError,
    retry_decision,
    retryable_error,
    status_line,
    tls_fault,
)
from tandem.core.secret import Secret
from tandem.notices.channel_settings import WebhookSettings
from tandem.notices.delivery import NotDelivered, quiet_clients, reason_words
from tandem.notices.messages import Message, payload

SIGNATURE, TIMESTAMP = "X-Tandem-Signature", "X-Tandem-Timestamp"
DELIVERY = "Idempotency-Key"


@dataclass(frozen=True)
class Patience:
    """How often a post is tried; waits in seconds, which double each time."""

    attempts: int = 4
    first_wait: float = 1.0
    longest_wait: float = 30.0
    most_seconds: float = 120.0


USUAL = Patience()


def post(
    settings: WebhookSettings,
    message: Message,
    at: datetime,
    patience: Patience = USUAL,
) -> None:
    """Post a message.

    Args:
        settings: of the webhook.
        message: with as many notices as one post takes.
        at: when it is sent, with a zone.
        patience: how often it is tried.

    Raises:
        NotDelivered: it is refused, or no answer came in all attempts.
        KeyProblem: the address or the secret is missing.
    """
    address = settings.address()
    content = json.dumps(payload(message, settings.kind, at), ensure_ascii=False)
    body = content.encode()
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "tandem-notify",
        DELIVERY: _delivery(message.recipient.name, (n.key for n in message.notices)),
    }
    if settings.is_signed:
        headers |= signature(settings.signing_key(), body, at)
    try:
        with quiet_clients():
            _tried(settings, address, headers, body, patience)
    except RetryableError as error:
        raise _not_delivered(settings, f"it keeps answering {error.what}") from None
    except httpx.HTTPError as error:
        raise _not_delivered(settings, _words(error, settings)) from None


def _tried(
    settings: WebhookSettings,
    address: Secret,
    headers: dict[str, str],
    body: bytes,
    patience: Patience,
) -> None:
    def decision(error: Exception) -> bool | float:
        if isinstance(error, RetryableError) and error.wait is not None:
            return error.wait <= patience.longest_wait and error.wait
        return retry_decision(error)

    attempts = stamina.retry_context(
        decision,
        attempts=patience.attempts,
        timeout=patience.most_seconds,
        wait_initial=patience.first_wait,
        wait_max=patience.longest_wait,
        wait_jitter=patience.first_wait / 2,
    )
    with httpx.Client(timeout=settings.timeout_seconds) as http:
        for attempt in attempts:
            with attempt:
                response = http.post(address.reveal(), headers=headers, content=body)
                if not response.is_success:
                    raise retryable_error(response) or _refused(settings, response)


def signature(key: Secret, body: bytes, at: datetime) -> dict[str, str]:
    """Return the headers by which a receiver knows who sent a body, and when.

    The signature is HMAC-SHA256 of the seconds since 1970, a full stop and the body.
    """
    seconds = str(int(at.timestamp()))
    signed = hmac.digest(key.reveal().encode(), f"{seconds}.".encode() + body, "sha256")
    return {TIMESTAMP: seconds, SIGNATURE: f"sha256={signed.hex()}"}


def _delivery(recipient: str, keys: Iterable[str]) -> str:
    """Return the same for every attempt, so that a receiver can drop a repetition."""
    return hashlib.sha256("\n".join([recipient, *keys]).encode()).hexdigest()[:24]


def _refused(settings: WebhookSettings, response: httpx.Response) -> NotDelivered:
    return _not_delivered(
        settings, f"it answers {status_line(response)}", "check its address and kind"
    )


def _not_delivered(
    settings: WebhookSettings, what: str, next_step: str = "the next run tries again"
) -> NotDelivered:
    return NotDelivered(reason_words(what), settings.where, next_step)


def _words(error: Exception, settings: WebhookSettings) -> str:
    if isinstance(error, httpx.TimeoutException):
        return f"it did not answer within {settings.timeout_seconds:g} s"
    if fault := tls_fault(error):
        return f"its certificate or encryption is not accepted ({fault})"
    return f"it cannot be reached ({type(error).__name__})"
