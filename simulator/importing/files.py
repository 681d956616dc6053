"""Opening what is to be imported, and telling by its first bytes what it is."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader, RawIOBase
from pathlib import Path
from typing import cast

from simulator.importing.problems import ImportRefused

STDIN = "-"
UTF8_MARK = b"\xef\xbb\xbf"
HEAD = 1024
UNDERSTOOD = "a T3 sales report (CSV or JSON), T3 pages of sales receipts, or Trace sales"

# What people have by mistake, by its first bytes, and what they can do.
MISTAKES: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xfe", "is UTF-16 text; save it as UTF-8 (in Excel: CSV UTF-8)"),
    (b"\xfe\xff", "is UTF-16 text; save it as UTF-8 (in Excel: CSV UTF-8)"),
    (b"\x1f\x8b", "is compressed with gzip; unpack it first"),
    (b"PK\x03\x04", "is a zip file or an Excel workbook; unpack it, or save the sheet as CSV UTF-8"),
    (b"\xd0\xcf\x11\xe0", "is an old Excel workbook; save the sheet as CSV UTF-8"),
    (b"%PDF", "is a PDF; export the report as CSV or JSON"),
    (b"<", "is HTML or XML, such as a login page or an error page; export the report as CSV or JSON"),
)


@contextmanager
def opened(file: str | Path) -> Iterator[tuple[str, BufferedReader]]:
    """The file's name for messages, and its bytes; `-` is standard input."""
    name = "stdin" if str(file) == STDIN else str(file)
    if "\0" in name:
        raise ImportRefused(f"{name!r} is no file name")
    try:
        with _standard_input() if str(file) == STDIN else Path(file).open("rb") as stream:
            yield name, stream
    except IsADirectoryError:
        raise ImportRefused(f"{name} is a folder; name the files in it") from None
    except OSError as error:
        raise ImportRefused(f"{name} cannot be read: {error.strerror or error}") from None


@contextmanager
def _standard_input() -> Iterator[BufferedReader]:
    """Standard input, which stays open."""
    if sys.stdin is None:
        raise ImportRefused("there is no standard input")
    buffered = cast("BufferedReader", BufferedReader(cast("RawIOBase", sys.stdin.buffer)))
    try:
        yield buffered
    finally:
        buffered.detach()


def is_json(name: str, stream: BufferedReader) -> bool:
    """Whether it is JSON; else it is a table. A mark of UTF-8 at its start is skipped. Raises ImportRefused for neither."""
    head = stream.peek(HEAD)[:HEAD]
    if head.startswith(UTF8_MARK):
        stream.read(len(UTF8_MARK))
        head = head[len(UTF8_MARK) :]
    for first_bytes, what in MISTAKES:
        if head.lstrip().startswith(first_bytes):
            raise ImportRefused(f"{name} {what}")
    if b"\0" in head:
        raise ImportRefused(f"{name} is not text; what can be imported is {UNDERSTOOD}")
    if not head:
        raise ImportRefused(f"{name} is empty")
    return head.lstrip().startswith((b"{", b"["))


def decoded(name: str, data: bytes, first_line: int) -> str:
    """UTF-8 text, or a refusal that names the line."""
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        line = first_line + data.count(b"\n", 0, error.start)
        byte = data[error.start]
        raise ImportRefused(
            f"{name}, line {line}: byte 0x{byte:02X} is not UTF-8; save the file as UTF-8"
        ) from None
