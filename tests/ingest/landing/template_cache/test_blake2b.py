"""The compiled BLAKE2b gives what hashlib gives."""

import hashlib

import numpy as np
import pytest

from ingest.landing.template_cache.blake2b import BLOCK, begun, digest


@pytest.mark.parametrize("size", [8, 16, 64])
@pytest.mark.parametrize("key", [b"k", b"a key of some length", b"x" * 64])
def test_digests_are_those_of_hashlib(size: int, key: bytes):
    state = np.zeros(8, np.uint64)
    start = begun(key, size)
    for length in (1, 2, 127, 128, 129, 255, 256, 257, 1_000):
        text = bytes(n % 251 for n in range(length))
        padded = text.ljust(-(-length // BLOCK) * BLOCK, b"\0")
        digest(start, np.frombuffer(padded, np.uint64), length, state)
        expected = hashlib.blake2b(text, digest_size=size, key=key).digest()
        assert state.tobytes()[:size] == expected
