"""A server with several worlds, in this process, asked through its control plane."""

from typing import Any

import httpx

from simulator.accounts import Account
from simulator.app import App, create_app
from simulator.control.making import Plan
from simulator.seeding.builders import a_sale
from simulator.world import World
from simulator.worlds import Worlds
from support.asgi import InProcess
from support.builders import NOW, SHOP, TILL, a_world

JSON = dict[str, Any]
PLAN = Plan(str(TILL), 0, NOW)
"""What the till's world, and others like it, are grown from."""


def t3_of(told: Account | JSON) -> dict[str, str]:
    """The header of an account's secret key, of the account itself or as the control plane tells it."""
    shown = told if isinstance(told, dict) else told.as_json()
    return {"X-T3-API-Key": str(shown["secret_key"])}


def trace_of(told: Account | JSON) -> dict[str, str]:
    """Both headers of Trace."""
    shown = told if isinstance(told, dict) else told.as_json()
    return {"x-api-key": str(shown["trace_api_key"]), "Authorization": str(shown["trace_authorization"])}


def path_of(name: str) -> str:
    return "" if name == "main" else f"/worlds/{name}"


class Server(InProcess):
    """A client of a whole server; `worlds` is what stands behind it."""

    def __init__(self, worlds: World | Worlds | None = None, **options: Any) -> None:
        self.app: App = create_app(worlds or a_world(), plan=PLAN, **options)
        self.worlds = self.app.worlds
        super().__init__(self.app)

    def told(self, method: str, url: str, **options: Any) -> Any:
        """The JSON of an answer that says yes."""
        answer = self.request(method, url, **options)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def refused(self, method: str, url: str, status: int = 400, **options: Any) -> str:
        """The message of the control plane's refusal."""
        answer = self.request(method, url, **options)
        assert answer.status_code == status, answer.text
        assert set(answer.json()) == {"error"}
        assert set(answer.json()["error"]) == {"message"}
        message = answer.json()["error"]["message"]
        assert message
        assert "\n" not in message
        return str(message)

    def control(self, name: str, what: str, body: Any = None) -> Any:
        """POST to a world's control plane: `control("main", "clock/freeze", {})`; without a body, GET."""
        url = f"{path_of(name)}/_simulator/{what}"
        return self.told("GET", url) if body is None else self.told("POST", url, json=body)

    def create(self, name: str | None = None, **wanted: Any) -> JSON:
        created: JSON = self.control("main", "worlds", wanted if name is None else {"name": name, **wanted})
        return created

    def drop(self, name: str) -> None:
        self.told("DELETE", f"/_simulator/worlds/{name}")

    def names(self) -> list[str]:
        return [world["name"] for world in self.control("main", "worlds")["worlds"]]

    def info(self, name: str) -> JSON:
        info: JSON = self.control("main", f"worlds/{name}")
        return info

    def sell(self, name: str = "main", **options: Any) -> httpx.Response:
        """Record a sale of one piece at SHOP."""
        world = self.worlds[name]
        options.setdefault("headers", trace_of(world.accounts.demo))
        sale = {**a_sale(world, SHOP), **options.pop("bent", {})}
        return self.post(f"{path_of(name)}/ca/v1/sales", json={"sales": [sale]}, **options)

    def sold(self, name: str = "main") -> int:
        """How many receipts are active, as T3 tells it."""
        answer = self.get(
            f"{path_of(name)}/v2/sales/active?licenseNumber={SHOP}&pageSize=1",
            headers=t3_of(self.worlds[name].accounts.demo),
        )
        assert answer.status_code == 200, answer.text
        return int(answer.json()["total"])
