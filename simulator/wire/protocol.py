"""HTTP as uvicorn speaks it, over connections that an application may break off."""

import socket
import struct
import sys
from collections import deque
from contextlib import suppress
from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from simulator.wire.answer import RawHeaders
from simulator.wire.connection import EXTENSION

# On, for zero seconds: the socket says RST when it is closed. Windows has shorts there.
RESET_ON_CLOSE = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)
LINGER_SECONDS = 1.0
MOST_AHEAD = 16


class BreakableProtocol(HttpToolsProtocol):
    """One TCP connection. It is itself the Connection of each request that comes on it."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        # Uvicorn knows the newest request only, but one in front of it may be the one that is being answered.
        self._unanswered: deque[RequestResponseCycle] = deque()
        self._gone = False
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
        lines = [STATUS_LINE[status]]
        for name, value in (*cycle.default_headers, *headers):
            lines += (name, b": ", value, b"\r\n")
        lines.append(b"\r\n")
        self.transport.writelines((b"".join(lines), body))
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

    # --- uvicorn ----------------------------------------------------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        if not self._gone:
            super().data_received(data)

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
