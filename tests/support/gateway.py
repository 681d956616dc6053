"""A user's own gateway in front of the simulator, as small as can be: it passes everything on, and some of it twice."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from threading import Thread

import httpx

FORWARDED = ("content-type", "authorization", "x-api-key", "x-t3-api-key")


@contextmanager
def gateway(simulator: str, *, twice_every: int = 0, passes_worlds: bool = True) -> Iterator[str]:
    """Its address. Every so-manieth sale is sent on twice, 0 for none; the till is told of the second one."""
    client = httpx.Client(base_url=simulator, trust_env=False)
    sales = count(1)

    class Gateway(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def pass_on(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name: value for name, value in self.headers.items() if name.lower() in FORWARDED}
            if self.path.startswith("/worlds/") and not passes_worlds:
                self._answer(404, b"{}")
                return
            times = 1
            if self.command == "POST" and self.path.endswith("/v1/sales") and twice_every:
                times = 2 if next(sales) % twice_every == 0 else 1
            for _ in range(times):
                answer = client.request(self.command, self.path, content=body, headers=headers)
            self._answer(answer.status_code, answer.content)

        do_GET = do_POST = do_PUT = pass_on  # noqa: N815 - http.server finds them by these names

        def _answer(self, status: int, content: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's own word
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Gateway)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
        client.close()
