"""Signatures of Zoom's webhooks over their raw bytes.

Source of the rule: Zoom's webhook sample and documentation, `x-zm-signature: v0=<hex>`.
"""

import hashlib
import hmac


def signature_of(secret: str, timestamp: str, body: bytes) -> str:
    """Return the signature that Zoom sends with a body.

    Args:
        secret: the app's secret token.
        timestamp: the header x-zm-request-timestamp, as sent.
        body: the raw bytes; the same JSON in another spelling has another signature.
    """
    message = b"v0:" + timestamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()


def is_signed(secret: str, timestamp: str, body: bytes, signature: str) -> bool:
    """Return whether a signature is valid, compared in constant time."""
    expected = signature_of(secret, timestamp, body)
    return hmac.compare_digest(expected.encode(), signature.strip().encode())
