"""A large file of JSON lines in parts, each gone through by a process of its own."""

import gc
import os
import signal
import sys
from collections.abc import Generator, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from multiprocessing import get_context

from bot.dataset.forms import Reader
from bot.dataset.read import CHUNK, rows
from bot.dataset.source import Source
from bot.dataset.tally import Tally

LEAST = 16 * 1024**2
"""Bytes of a part that is worth a process."""


def tally_of(source: Source, form: Reader, near: bool) -> Tally:
    """Go through a file; one that is large is divided among the cores."""
    divided = parts(source, _cores())
    if len(divided) > 1:
        # Texts are compared by their hashes, which only processes that come from the same one share.
        cores = ProcessPoolExecutor(len(divided), get_context("fork"), signal.signal, (signal.SIGINT, signal.SIG_DFL))
        with cores as pool:
            try:
                first, *others = pool.map(partial(_gone_through, form=form, near=near), divided)
            except BrokenProcessPool:
                # One had no memory left: what no part can do the whole may, as it goes on alone.
                return _gone_through(source, form, near)
        for other in others:
            first.merge(other)
        return first
    return _gone_through(source, form, near)


def parts(source: Source, most: int) -> list[Source]:
    """Return the file in at most so many parts that end with a line; whole where it is small or no JSON lines."""
    many = min(most, source.size // LEAST)
    if source.shape != "jsonl" or source.coding != "utf-8" or many < 2:
        return [source]
    bounds = list(_bounds(source, many))
    return [
        replace(source, begin=begin, end=end, line=line, last=after - 1 if after else None, notes={})
        for (begin, line), (end, after) in zip(bounds, [*bounds[1:], (source.size, 0)], strict=True)
        if begin < end
    ]


def _bounds(source: Source, many: int) -> Iterator[tuple[int, int]]:
    """Yield where each part begins, and the number of its first line."""
    yield 0, 1
    lines = 1
    with source.open() as file:
        for part in range(1, many):
            left = source.size * part // many - file.tell()
            while left > 0 and (chunk := file.read(min(left, CHUNK))):
                lines += chunk.count(b"\n")
                left -= len(chunk)
            lines += file.readline().endswith(b"\n")
            yield file.tell(), lines


def _gone_through(source: Source, form: Reader, near: bool) -> Tally:
    tally = Tally(form, near)
    last = source.line - 1
    numbered = source.shape == "jsonl"
    with _no_collector():
        for row in rows(source):
            if numbered and row.number > last + 1:
                _blank(tally, last + 1, row.number)
            last = row.number
            tally.row(row)
    if source.last is not None:
        _blank(tally, last + 1, source.last + 1)
    for kind, where in source.notes.items():
        tally.found(kind, where=where)
    return tally


@contextmanager
def _no_collector() -> Generator[None]:
    """Leave the collector of circles off: values of JSON make none, and it would go through them again and again."""
    on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if on:
            gc.enable()


def _blank(tally: Tally, first: int, after: int) -> None:
    for number in range(first, after):
        tally.found("blank_line", number)


def _cores() -> int:
    """Return how many processes may share the work; one where a process cannot be made from this one."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else 1
