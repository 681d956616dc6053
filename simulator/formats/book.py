"""The formats there are, by name. Adding one is adding a row."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from simulator.formats.csv_report import csv_report
from simulator.formats.records import ndjson, snapshot_file
from simulator.formats.t3_pages import t3_pages
from simulator.formats.trace_posts import trace_posts
from simulator.seeding.plan import Plan

Format = Callable[[Plan], Iterator[bytes]]
"""Pieces of the output, receipt by receipt at most."""

FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "ndjson": ndjson,
        "csv": csv_report,
        "snapshot": snapshot_file,
        "trace-posts": trace_posts,
        "t3-pages": t3_pages,
    }
)
