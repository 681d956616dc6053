"""HTTP as uvicorn speaks it, over connections that an application may break off, and where it may answer at once."""

import socket
import struct
import sys
from collections import deque
from contextlib import suppress
from http import HTTPStatus
from typing import Any

from uvicorn.protocols.http.httptools_impl import (
    HEADER_VALUE_RE,
    STATUS_LINE,
    HttpToolsProtocol,
    RequestResponseCycle,
)

from simulator.wire.answer import PLAIN, Answer, RawHeaders
from simulator.wire.at_once import AtOnce, Outcome
from simulator.wire.connection import EXTENSION
from simulator.wire.head import END, read_head

# On, for zero seconds: the socket says RST when it is closed. Windows has shorts there.
RESET_ON_CLOSE = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)
LINGER_SECONDS = 1.0
ASGI = {"version": "3.0", "spec_version": "2.3"}
MOST_AHEAD = 16
CRASHED = Answer(
    b"Internal Server Error", HTTPStatus.INTERNAL_SERVER_ERROR, media_type=b"text/plain; charset=utf-8"
)
FAILED = "Exception in ASGI application\n"
"""Uvicorn's own words, for who looks for them."""


def _check(answer: Answer) -> None:
    """Uvicorn's own look at the headers of what it is given."""
    headers = answer.raw_headers
    if len(headers) != PLAIN and any(HEADER_VALUE_RE.search(value) for _, value in headers):
        raise RuntimeError(f"there is a header that is none among {headers}")


class BreakableProtocol(HttpToolsProtocol):
    """One TCP connection. It is itself the Connection of each request that comes on it."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        # Uvicorn knows the newest request only, but one in front of it may be the one that is being answered.
        self._unanswered: deque[RequestResponseCycle] = deque()
        self._gone = False
        self._amid_a_message = False
        self._heard_at = 0.0
        self._at_once: AtOnce | None = getattr(self.app, "at_once", None)
        # Whether uvicorn's own setting says so depends on who listens to its logger.
        self.access_log = False

    # --- Connection -------------------------------------------------------------------------------------------------

    @property
    def gone(self) -> bool:
        return self._gone

    def answer(self, status: int, headers: RawHeaders, body: bytes) -> bool:
        """What uvicorn's `send` does in two steps, each with a look at every header."""
        cycle = self._unanswered[0]
        if (
            cycle.response_started
            or cycle.disconnected
            or not cycle.keep_alive
            or cycle.waiting_for_100_continue
            or self.flow.write_paused
            or cycle.scope["method"] == "HEAD"
        ):
            return False
        self._write(status, headers, body)
        cycle.response_started = cycle.response_complete = True
        cycle.message_event.set()
        cycle.on_response()
        return True

    def close(self) -> None:
        """Bytes nobody has read would turn the FIN into a RST, so they are read for a while, and dropped."""
        if self._leave():
            with suppress(OSError):  # the client was quicker
                self.transport.write_eof()
            self.flow.resume_reading()
            self.timeout_keep_alive_task = self.loop.call_later(
                LINGER_SECONDS, self.timeout_keep_alive_handler
            )

    def reset(self) -> None:
        if self._leave():
            with suppress(OSError):  # the client was quicker
                tcp = self.transport.get_extra_info("socket")
                tcp.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
            self.transport.abort()

    def _leave(self) -> bool:
        """No request on this connection gets another byte, and that is no error. False when that was so already."""
        was_here, self._gone = not self._gone, True
        for cycle in self._unanswered:
            cycle.disconnected = True
            cycle.message_event.set()
        return was_here and not self.transport.is_closing()

    def _write(self, status: int, headers: RawHeaders, body: bytes) -> None:
        lines = [STATUS_LINE[status]]
        for name, value in (*self.server_state.default_headers, *headers):
            lines += (name, b": ", value, b"\r\n")
        lines.append(b"\r\n")
        self.transport.writelines((b"".join(lines), body))

    # --- answered at once ------------------------------------------------------------------------------------------

    def _answers(self, at_once: AtOnce, data: bytes) -> bool:
        """Whether this is one whole request, and has its answer. Otherwise nothing has happened."""
        end = data.find(END)
        head = read_head(data[:end]) if end > 0 else None
        if head is None or len(data) != end + len(END) + head.length:
            return False
        if self.flow.write_paused or self.transport.is_closing():
            return False
        scope = {
            "type": "http",
            "asgi": ASGI,
            "http_version": "1.1",
            "server": self.server,
            "client": self.client,
            "scheme": self.scheme,
            "root_path": self.root_path,
            "method": head.method,
            "path": head.path,
            "raw_path": head.raw_path,
            "query_string": head.query_string,
            "headers": head.headers,
        }
        try:
            outcome = at_once(scope, data[end + len(END) :])
            if outcome is None:
                return False
            _check(outcome.answer)
        except Exception as defect:  # noqa: BLE001 - as uvicorn treats what an application raises
            outcome = Outcome(CRASHED, defect)
        if outcome.defect is not None:
            self.logger.error(FAILED, exc_info=outcome.defect)
        answer = outcome.answer
        self._write(answer.status_code, answer.raw_headers, answer.body)
        self.server_state.total_requests += 1
        self._heard_at = self.loop.time()
        if self.timeout_keep_alive_task is None:
            self._wait_for_more(self.timeout_keep_alive)
        return True

    def _wait_for_more(self, seconds: float) -> None:
        self.timeout_keep_alive_task = self.loop.call_later(seconds, self.timeout_keep_alive_handler)

    # --- uvicorn ----------------------------------------------------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        if self._gone:
            return
        between = not self._unanswered and not self._amid_a_message
        if between and self._at_once is not None and self._answers(self._at_once, data):
            return
        super().data_received(data)

    def timeout_keep_alive_handler(self) -> None:
        # What is answered at once leaves the clock as it is, as to set it each time would cost more than to look here.
        left = self._heard_at + self.timeout_keep_alive - self.loop.time()
        if left > 0 and not self._gone:
            self._wait_for_more(left)
        else:
            super().timeout_keep_alive_handler()

    def on_message_begin(self) -> None:
        self._amid_a_message = True
        super().on_message_begin()

    def on_message_complete(self) -> None:
        self._amid_a_message = False
        super().on_message_complete()

    def on_headers_complete(self) -> None:
        self.scope["extensions"] = {EXTENSION: self}  # type: ignore[dict-item]  # a thing to use, not a dict to read
        super().on_headers_complete()
        self._unanswered.append(self.cycle)
        if len(self._unanswered) <= MOST_AHEAD:
            # With a request behind another uvicorn stops reading, and would not notice that the client hangs up.
            self.flow.resume_reading()

    def on_response_complete(self) -> None:
        self._unanswered.popleft()
        super().on_response_complete()

    def eof_received(self) -> None:
        # The connection is lost a turn of the loop later. An application that has noticed may have ended by then.
        self._leave()

    def connection_lost(self, exc: Exception | None) -> None:
        self._leave()
        super().connection_lost(exc)
        # The last request's scope leads back to here; letting go of it spares the garbage collector the work.
        self._unanswered.clear()
        self.cycle = self.scope = None  # type: ignore[assignment]  # as they were before the first request
