"""A server answers soon after it is started: it loads and builds nothing that no first answer needs."""

import json
import subprocess
import sys
from http import HTTPStatus

import httpx
from support.live import environment, running

LATE = (
    "cryptography",
    "httpx",
    "jwt",  # brings an HTTP client
    "simulator.client",
    "simulator.formats",
    "simulator.importing",
    "simulator.testing",
    "simulator.trace.answers",  # the models of one document
)
NEEDED = ("simulator.seeding.recipe", "simulator.settings")
"""Whose models a start reads by."""

BUILT = """
import json
from pydantic import BaseModel
from simulator.app import create_app, create_world
from simulator.settings import Settings

def models(of):
    for each in of.__subclasses__():
        yield each
        yield from models(each)

app = create_app(create_world(Settings()))
ours = [each for each in models(BaseModel) if each.__module__.startswith("simulator.")]
print(json.dumps([len(ours), sorted({each.__module__ for each in ours if each.__pydantic_complete__})]))
"""


def test_what_the_first_answer_does_not_need_is_not_loaded() -> None:
    with running("serve", "--port", "0", "--json", variables={"PYTHONPROFILEIMPORTTIME": "1"}) as server:
        url = json.loads(server.wait_for_line())["url"]
        assert httpx.get(f"{url}/v2/states", trust_env=False).status_code == HTTPStatus.UNAUTHORIZED
        server.stop()
        loaded = {line.rpartition("|")[2].strip() for line in server.stderr.splitlines()}

    assert "simulator.app" in loaded
    assert loaded.isdisjoint(LATE)


def test_no_model_is_built_before_it_is_asked_for() -> None:
    done = subprocess.run(
        [sys.executable, "-c", BUILT],
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )
    many, built = json.loads(done.stdout)
    assert many > 50
    assert [module for module in built if not module.startswith(NEEDED)] == []
