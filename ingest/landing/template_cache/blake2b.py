"""BLAKE2b with a key, compiled, for texts that never become Python objects.

It gives what `hashlib.blake2b(text, digest_size=..., key=...)` gives. The block of the
key is compressed once.
"""

import numpy as np
from numba import njit, uint64

BLOCK = 128
INITIAL = np.array(
    [
        0x6A09E667F3BCC908,
        0xBB67AE8584CAA73B,
        0x3C6EF372FE94F82B,
        0xA54FF53A5F1D36F1,
        0x510E527FADE682D1,
        0x9B05688C2B3E6C1F,
        0x1F83D9ABFB41BD6B,
        0x5BE0CD19137E2179,
    ],
    np.uint64,
)
ORDERS = np.array(
    [
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
        [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
        [11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4],
        [7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8],
        [9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13],
        [2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9],
        [12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11],
        [13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10],
        [6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5],
        [10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0],
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
        [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
    ],
    np.int64,
)


@njit(inline="always")
def _turned(value, count):  # noqa: ANN001, ANN202
    return (value >> uint64(count)) | (value << uint64(64 - count))


@njit(inline="always")
def _mixed(a, b, c, d, x, y):  # noqa: ANN001, ANN202
    a = a + b + x
    d = _turned(d ^ a, 32)
    c = c + d
    b = _turned(b ^ c, 24)
    a = a + b + y
    d = _turned(d ^ a, 16)
    c = c + d
    b = _turned(b ^ c, 63)
    return a, b, c, d


@njit(nogil=True, cache=True)
def compress(state, words, length, is_last):  # noqa: ANN001, ANN201
    """Mix a block of 16 words into the state; `length` counts all bytes so far."""
    v0, v1, v2, v3 = state[0], state[1], state[2], state[3]
    v4, v5, v6, v7 = state[4], state[5], state[6], state[7]
    v8, v9, v10, v11 = INITIAL[0], INITIAL[1], INITIAL[2], INITIAL[3]
    v12, v13 = INITIAL[4] ^ uint64(length), INITIAL[5]
    v14, v15 = INITIAL[6], INITIAL[7]
    if is_last:
        v14 = ~v14
    for number in range(12):
        o = ORDERS[number]
        v0, v4, v8, v12 = _mixed(v0, v4, v8, v12, words[o[0]], words[o[1]])
        v1, v5, v9, v13 = _mixed(v1, v5, v9, v13, words[o[2]], words[o[3]])
        v2, v6, v10, v14 = _mixed(v2, v6, v10, v14, words[o[4]], words[o[5]])
        v3, v7, v11, v15 = _mixed(v3, v7, v11, v15, words[o[6]], words[o[7]])
        v0, v5, v10, v15 = _mixed(v0, v5, v10, v15, words[o[8]], words[o[9]])
        v1, v6, v11, v12 = _mixed(v1, v6, v11, v12, words[o[10]], words[o[11]])
        v2, v7, v8, v13 = _mixed(v2, v7, v8, v13, words[o[12]], words[o[13]])
        v3, v4, v9, v14 = _mixed(v3, v4, v9, v14, words[o[14]], words[o[15]])
    state[0] ^= v0 ^ v8
    state[1] ^= v1 ^ v9
    state[2] ^= v2 ^ v10
    state[3] ^= v3 ^ v11
    state[4] ^= v4 ^ v12
    state[5] ^= v5 ^ v13
    state[6] ^= v6 ^ v14
    state[7] ^= v7 ^ v15


@njit(nogil=True, cache=True)
def digest(begun, words, length, state):  # noqa: ANN001, ANN201
    """Hash a text after the key's block into `state`.

    Args:
        begun: the state after the key's block.
        words: the text as 64-bit words, with zeros to the end of its last block.
        length: of the text in bytes, at least 1.
        state: where the result is written, 8 words.
    """
    state[:] = begun
    at, done = 0, 0
    while length - done > BLOCK:
        done += BLOCK
        compress(state, words[at : at + 16], BLOCK + done, False)
        at += 16
    compress(state, words[at : at + 16], BLOCK + length, True)


def begun(key: bytes, size: int) -> np.ndarray:
    """Return the state after the key's block, for digests of `size` bytes."""
    state = INITIAL.copy()
    state[0] ^= np.uint64(0x01010000 ^ (len(key) << 8) ^ size)
    words = np.frombuffer(key.ljust(BLOCK, b"\0"), np.uint64)
    compress(state, words, BLOCK, False)
    return state
