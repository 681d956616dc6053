"""The connections to one server: control calls with their refusals, and clients of the two APIs over the same pool."""

import ssl
from collections.abc import Iterator, Mapping
from ipaddress import ip_address
from typing import IO, Any
from weakref import WeakSet

import httpx

from simulator import __version__
from simulator.client.errors import SimulatorError, says_it_all

__tracebackhide__ = says_it_all
TOKEN_HEADER = "X-Simulator-Token"  # noqa: S105 - a header's name
# However many requests hang in a fault, a control call still finds a connection.
LIMITS = httpx.Limits(max_connections=None, max_keepalive_connections=50, keepalive_expiry=30)
SHOWN = 200
"""How much of an answer that no simulator gives is told."""


class Connection:
    """`url` is the server's, without a world; `timeout` in seconds, for each wait of a call."""

    def __init__(
        self, url: str, token: str | None, timeout: float, transport: httpx.BaseTransport | None
    ) -> None:
        self.url = url
        self.timeout = timeout
        self._clients: WeakSet[httpx.Client] = WeakSet()
        self._shared: httpx.BaseTransport | None = transport
        self._trust = _trust(url)
        if transport is None and _is_loopback(url):
            # A proxy in the environment must not stand between a machine and itself.
            self._shared = httpx.HTTPTransport(verify=self._trust, trust_env=False, limits=LIMITS)
        headers = {"User-Agent": f"simulator-client/{__version__}"}
        self._control = self.client(url, headers if token is None else {**headers, TOKEN_HEADER: token})

    def client(self, base_url: str, headers: Mapping[str, str]) -> httpx.Client:
        """A client of its own; closing it leaves the pool open."""
        options: dict[str, Any] = {"verify": self._trust, "limits": LIMITS}
        if self._shared is not None:
            options = {"transport": _Shared(self._shared), "trust_env": False}
        client = httpx.Client(base_url=base_url, headers=dict(headers), timeout=self.timeout, **options)
        self._clients.add(client)
        return client

    def call(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        body: Any = None,
        content: IO[bytes] | None = None,
        patience: float | None = 0,
    ) -> Any:
        """The JSON of an answer. Raises SimulatorError.

        `patience` are seconds the server may take beside the timeout; None waits for ever.
        """
        try:
            answer = self._control.request(
                method,
                path,
                params=_without_none(query),
                json=body,
                content=content,
                timeout=self._patient(patience),
            )
        except httpx.HTTPError as error:
            raise self._unanswered(error, method, path) from None
        if not answer.is_success:
            raise _refused(answer)
        try:
            return answer.json()
        except ValueError:
            raise _no_simulator(answer) from None

    def pieces(self, path: str, query: Mapping[str, Any] | None = None) -> Iterator[bytes]:
        """The bytes of an answer, piece by piece as they come. Raises SimulatorError."""
        asked = self._control.build_request(
            "GET", path, params=_without_none(query), timeout=self._patient(None)
        )
        try:
            answer = self._control.send(asked, stream=True)
            try:
                if answer.is_success:
                    yield from answer.iter_bytes()
                else:
                    answer.read()
            finally:
                answer.close()
        except httpx.HTTPError as error:
            raise self._unanswered(error, "GET", path) from None
        if not answer.is_success:
            raise _refused(answer)

    def close(self) -> None:
        """End all clients, and the pool if it is ours or was given to us."""
        for client in list(self._clients):
            client.close()
        if self._shared is not None:
            self._shared.close()

    def _patient(self, patience: float | None) -> httpx.Timeout:
        return httpx.Timeout(self.timeout, read=None if patience is None else self.timeout + patience)

    def _unanswered(self, error: httpx.HTTPError, method: str, path: str) -> SimulatorError:
        """What kept a call from being answered."""
        if isinstance(error, httpx.TimeoutException):
            return SimulatorError(
                f"the simulator at {self.url} did not answer {method} {path} in {self.timeout:g} seconds"
            )
        if isinstance(error, httpx.ConnectError):
            return SimulatorError(
                f"cannot reach a simulator at {self.url}: {error}. Start one with 'simulator serve', "
                "or give the address of one that runs (SIMULATOR_URL)"
            )
        return SimulatorError(
            f"the simulator at {self.url} broke off {method} {path}: {error or type(error).__name__}"
        )


class _Shared(httpx.BaseTransport):
    """Several clients over one pool, which none of them closes."""

    def __init__(self, pool: httpx.BaseTransport) -> None:
        self._pool = pool

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return self._pool.handle_request(request)


def _trust(url: str) -> ssl.SSLContext:
    """Reading the certificates of the system takes longer than a test; without TLS nobody needs to be trusted."""
    return httpx.create_ssl_context() if url.startswith("https:") else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def _is_loopback(url: str) -> bool:
    host = httpx.URL(url).host
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _without_none(query: Mapping[str, Any] | None) -> dict[str, Any]:
    return {name: value for name, value in (query or {}).items() if value is not None}


def _refused(answer: httpx.Response) -> SimulatorError:
    try:
        message = answer.json()["error"]["message"]
    except (ValueError, LookupError, TypeError):
        return _no_simulator(answer)
    return SimulatorError(str(message), answer.status_code)


def _no_simulator(answer: httpx.Response) -> SimulatorError:
    shown = " ".join(answer.text.split())[:SHOWN]
    return SimulatorError(
        f"{answer.request.url} answered {answer.status_code}, and not as a simulator does: {shown!r}",
        answer.status_code,
    )
