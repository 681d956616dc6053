"""Run a locustfile headless against a server started for it on a free port, and stop the server afterwards."""

import json
import subprocess
import sys
from pathlib import Path


def main(locustfile: str, *options: str) -> int:
    """The exit code of locust."""
    tools = Path(sys.executable).parent
    serve = [tools / "simulator", "serve", "--port", "0", "--json"]
    with subprocess.Popen(serve, stdout=subprocess.PIPE, text=True) as server:  # noqa: S603 - our own command
        try:
            if server.stdout is None:
                raise RuntimeError("the server has no output to read its address from")
            host = json.loads(server.stdout.readline())["url"]
            locust = [
                tools / "locust",
                "-f",
                locustfile,
                "--headless",
                "--only-summary",
                "--host",
                host,
                *options,
            ]
            return subprocess.run(locust, check=False).returncode  # noqa: S603 - our own command
        finally:
            server.terminate()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
