"""Python's garbage collector, kept out of the way: while a world is made, and while a server serves."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

THRESHOLDS = (2_000, 10, 1_000)
"""What a server looks for is young: a request leaves no cycles behind, and what lives on is a world's."""
_serving = False


@contextmanager
def without_collector() -> Iterator[None]:
    """Nothing of a world in the making is garbage, and looking for some takes longer than making it."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
        if _serving:
            put_aside()


@contextmanager
def while_loading() -> Iterator[None]:
    """For a process that only serves, while it loads what it is made of: none of it is garbage, and it is not looked at
    again, which would take a tenth of a start.
    """
    with without_collector():
        yield
        gc.freeze()


def serve_undisturbed() -> None:
    """For a process that only serves: worlds are not looked through while requests wait, those made later included.

    A world that is dropped is freed all the same, as nothing in it leads back to it.
    """
    global _serving  # noqa: PLW0603 - as the collector itself, it is the process's
    _serving = True
    gc.set_threshold(*THRESHOLDS)
    put_aside()


def put_aside() -> None:
    """Throw away what is garbage; the rest is here to stay, and is not looked at again."""
    gc.collect()
    gc.freeze()
