"""The floor: a bare ASGI application on the simulator's own uvicorn, that reads the body and answers constant bytes.

python loadtests/bench/_floor.py PORT FOLDER: GET or POST /name answers the bytes of FOLDER/name. It sends as many
headers as the simulator does, and its settings are those of simulator/server.py.
"""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import uvicorn

if TYPE_CHECKING:
    from _process import Served


def application(answers: Mapping[str, bytes]) -> Any:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        while (await receive()).get("more_body"):
            pass
        body = answers[scope["path"]]
        headers = [(b"content-length", str(len(body)).encode()), (b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return app


@contextmanager
def floor(folder: Path, core: int | None) -> Iterator["Served"]:
    """The floor as a process, with an answer for every file of the folder."""
    from _process import free_port, started  # noqa: PLC0415 - the process itself needs none of it

    port = free_port()
    first = next(folder.iterdir()).name
    with started([sys.executable, __file__, str(port), str(folder)], port, f"/{first}", core=core) as server:
        yield server


if __name__ == "__main__":
    uvicorn.run(
        application({f"/{each.name}": each.read_bytes() for each in Path(sys.argv[2]).iterdir()}),
        port=int(sys.argv[1]),
        http="httptools",
        loop="auto",
        ws="none",
        interface="asgi3",
        lifespan="off",
        server_header=False,
        access_log=False,
        log_level="warning",
        timeout_keep_alive=75,
    )
