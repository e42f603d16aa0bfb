import os
import threading
import time
import uuid

from core import uuid7 as module
from core.uuid7 import uuid7


def test_layout_follows_rfc_9562():
    before = time.time_ns() // 1_000_000
    made = uuid7()
    after = time.time_ns() // 1_000_000

    assert (made.version, made.variant) == (7, uuid.RFC_4122)
    assert before <= made.int >> 80 <= after + 1


def test_ids_of_a_process_strictly_increase_across_threads():
    made: list[list[uuid.UUID]] = [[] for _ in range(4)]

    def make(into):
        into.extend(uuid7() for _ in range(5_000))

    threads = [threading.Thread(target=make, args=(part,)) for part in made]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert all(part == sorted(part) for part in made)
    assert len({one for part in made for one in part}) == 20_000


def test_clock_set_back_does_not_break_the_order(monkeypatch):
    first = uuid7()
    monkeypatch.setattr(time, "time_ns", lambda: 0)

    assert uuid7() > first


def test_full_counter_borrows_the_next_millisecond(monkeypatch):
    generator = module.Generator()
    monkeypatch.setattr(time, "time_ns", lambda: 1_700_000_000_000_000_000)
    generator.make()
    generator.counter = (1 << 42) - 1
    last = uuid.UUID(int=(1_700_000_000_000 << 80) | ((1 << 80) - 1))

    made = generator.make()

    assert made > last
    assert made.int >> 80 == 1_700_000_000_001
    assert made.version == 7


def test_a_forked_child_does_not_repeat_its_parents_ids(monkeypatch):
    monkeypatch.setattr(time, "time_ns", lambda: 4_000_000_000_000_000_000)
    uuid7()
    counter = module.generator.counter
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        uuid7()
        os.write(write, str(module.generator.counter).encode())
        os._exit(0)
    os.waitpid(child, 0)
    seen = int(os.read(read, 64))
    os.close(read)
    os.close(write)
    module.generator.reset()

    assert seen != counter + 1
