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


@njit
def _turned(value, count):  # noqa: ANN001, ANN202
    return (value >> uint64(count)) | (value << uint64(64 - count))


@njit
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


@njit
def _round(v, m):  # noqa: ANN001, ANN202
    """Mix 16 words, in the order of a round, into the 16 words of the state."""
    v0, v1, v2, v3, v4, v5, v6, v7, v8, v9, v10, v11, v12, v13, v14, v15 = v
    v0, v4, v8, v12 = _mixed(v0, v4, v8, v12, m[0], m[1])
    v1, v5, v9, v13 = _mixed(v1, v5, v9, v13, m[2], m[3])
    v2, v6, v10, v14 = _mixed(v2, v6, v10, v14, m[4], m[5])
    v3, v7, v11, v15 = _mixed(v3, v7, v11, v15, m[6], m[7])
    v0, v5, v10, v15 = _mixed(v0, v5, v10, v15, m[8], m[9])
    v1, v6, v11, v12 = _mixed(v1, v6, v11, v12, m[10], m[11])
    v2, v7, v8, v13 = _mixed(v2, v7, v8, v13, m[12], m[13])
    v3, v4, v9, v14 = _mixed(v3, v4, v9, v14, m[14], m[15])
    return v0, v1, v2, v3, v4, v5, v6, v7, v8, v9, v10, v11, v12, v13, v14, v15


@njit(nogil=True, cache=True)
def compress(state, words, at, length, is_last):  # noqa: ANN001, ANN201
    """Mix a block of 16 words into the state.

    The order of words in each round is written out: looked up in a table it takes
    twice as long.

    Args:
        state: 8 words, is changed.
        words: the text as 64-bit words.
        at: the first word of the block.
        length: bytes so far, this block's included.
        is_last: whether no block follows.
    """
    at = uint64(at)  # an index that cannot be negative
    m0 = words[at + uint64(0)]
    m1 = words[at + uint64(1)]
    m2 = words[at + uint64(2)]
    m3 = words[at + uint64(3)]
    m4 = words[at + uint64(4)]
    m5 = words[at + uint64(5)]
    m6 = words[at + uint64(6)]
    m7 = words[at + uint64(7)]
    m8 = words[at + uint64(8)]
    m9 = words[at + uint64(9)]
    m10 = words[at + uint64(10)]
    m11 = words[at + uint64(11)]
    m12 = words[at + uint64(12)]
    m13 = words[at + uint64(13)]
    m14 = words[at + uint64(14)]
    m15 = words[at + uint64(15)]
    inverted = ~uint64(0) if is_last else uint64(0)
    v = (
        state[0],
        state[1],
        state[2],
        state[3],
        state[4],
        state[5],
        state[6],
        state[7],
        INITIAL[0],
        INITIAL[1],
        INITIAL[2],
        INITIAL[3],
        INITIAL[4] ^ uint64(length),
        INITIAL[5],
        INITIAL[6] ^ inverted,
        INITIAL[7],
    )
    v = _round(
        v, (m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15)
    )
    v = _round(
        v, (m14, m10, m4, m8, m9, m15, m13, m6, m1, m12, m0, m2, m11, m7, m5, m3)
    )
    v = _round(
        v, (m11, m8, m12, m0, m5, m2, m15, m13, m10, m14, m3, m6, m7, m1, m9, m4)
    )
    v = _round(
        v, (m7, m9, m3, m1, m13, m12, m11, m14, m2, m6, m5, m10, m4, m0, m15, m8)
    )
    v = _round(
        v, (m9, m0, m5, m7, m2, m4, m10, m15, m14, m1, m11, m12, m6, m8, m3, m13)
    )
    v = _round(
        v, (m2, m12, m6, m10, m0, m11, m8, m3, m4, m13, m7, m5, m15, m14, m1, m9)
    )
    v = _round(
        v, (m12, m5, m1, m15, m14, m13, m4, m10, m0, m7, m6, m3, m9, m2, m8, m11)
    )
    v = _round(
        v, (m13, m11, m7, m14, m12, m1, m3, m9, m5, m0, m15, m4, m8, m6, m2, m10)
    )
    v = _round(
        v, (m6, m15, m14, m9, m11, m3, m0, m8, m12, m2, m13, m7, m1, m4, m10, m5)
    )
    v = _round(
        v, (m10, m2, m8, m4, m7, m6, m1, m5, m15, m11, m9, m14, m3, m12, m13, m0)
    )
    v = _round(
        v, (m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15)
    )
    v = _round(
        v, (m14, m10, m4, m8, m9, m15, m13, m6, m1, m12, m0, m2, m11, m7, m5, m3)
    )
    for n in range(8):
        state[n] ^= v[n] ^ v[n + 8]


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
        compress(state, words, at, BLOCK + done, False)
        at += 16
    compress(state, words, at, BLOCK + length, True)


def begun(key: bytes, size: int) -> np.ndarray:
    """Return the state after the key's block, for digests of `size` bytes."""
    state = INITIAL.copy()
    state[0] ^= np.uint64(0x01010000 ^ (len(key) << 8) ^ size)
    words = np.frombuffer(key.ljust(BLOCK, b"\0"), np.uint64)
    compress(state, words, 0, BLOCK, False)
    return state
