"""Ralph over a file, for tests: as it comes, a second POST answers 500."""

from ralph.backends.data.base import BaseOperationType
from ralph.backends.data.fs import FSDataBackend

FSDataBackend.default_operation_type = BaseOperationType.APPEND

from ralph.api import app  # noqa: E402 - it makes its backend while it is imported

__all__ = ["app"]
