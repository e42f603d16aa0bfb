"""UUID version 7 (RFC 9562 §5.7), made here because PostgreSQL gains `uuidv7()` only in version 18."""

import os
import secrets
import threading
import time
import uuid

_COUNTER_BITS = 42
_COUNTER_SEED_BITS = 41  # the top bit starts at 0: room for 2**41 values before the counter wraps
_TAIL_BITS = 32
_RAND_A_BITS = 12
_COUNTER_LOW_BITS = _COUNTER_BITS - _RAND_A_BITS


class Generator:
    """Dedicated counter of RFC 9562 §6.2 method 1: values of one process strictly increase."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget the past. A forked child must not continue its parent's counter."""
        self._lock = threading.Lock()
        self._last_ms = -1
        self.counter = 0

    def make(self) -> uuid.UUID:
        with self._lock:
            now_ms = time.time_ns() // 1_000_000
            if now_ms > self._last_ms:
                self._last_ms = now_ms
                self.counter = secrets.randbits(_COUNTER_SEED_BITS)
            else:  # same millisecond, or the clock was set back: count on from where we were
                self.counter += 1
                if self.counter >> _COUNTER_BITS:
                    self._last_ms += 1
                    self.counter = secrets.randbits(_COUNTER_SEED_BITS)
            moment, counter = self._last_ms, self.counter
        value = (moment & ((1 << 48) - 1)) << 80
        value |= 0x7 << 76
        value |= (counter >> _COUNTER_LOW_BITS) << 64
        value |= 0b10 << 62
        value |= (counter & ((1 << _COUNTER_LOW_BITS) - 1)) << _TAIL_BITS
        value |= secrets.randbits(_TAIL_BITS)
        return uuid.UUID(int=value)


generator = Generator()
os.register_at_fork(after_in_child=generator.reset)


def uuid7() -> uuid.UUID:
    """A new time-ordered id, greater than every id that this process made before."""
    return generator.make()
