"""A simulator for tests: one in a thread of this process, or one that runs already."""

from collections.abc import Callable
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, Unpack
from urllib.parse import quote

from simulator import client
from simulator.client.errors import says_it_all
from simulator.client.info import world_info
from simulator.client.server import located
from simulator.testing.known import Known
from simulator.testing.options import GROWTH, FaultOption, WorldOptions, check, growth
from simulator.testing.over_socket import OverSocket
from simulator.testing.world import World

if TYPE_CHECKING:
    from simulator.server import ThreadServer
    from simulator.testing.ways import Way

__tracebackhide__ = says_it_all


class SimulatorServer:
    """Start it, or use it as a context manager; then `create_world` as often as there are tests.

    It listens on a free port of the loopback and is gone with the process. With `url` it is the one that runs there,
    which is neither started nor stopped; `token` is its control token. The options are those of its main world, where
    it is started here, and what worlds are like that do not say.
    """

    def __init__(
        self, *, url: str | None = None, token: str | None = None, **options: Unpack[WorldOptions]
    ) -> None:
        check(options, "SimulatorServer")
        self.options = options
        self._given = url
        self._token = token
        self._thread: ThreadServer | None = None
        self._simulator: _Simulator | None = None

    @property
    def elsewhere(self) -> bool:
        """Whether it is not this process that runs it."""
        return self._given is not None

    @property
    def url(self) -> str:
        """The server's address; that of its main world too."""
        return self.simulator.url

    @property
    def simulator(self) -> "_Simulator":
        """The client of all that is not in a world."""
        if self._simulator is None:
            raise RuntimeError("the simulator's server does not run: start it, or use it in a with statement")
        return self._simulator

    @property
    def known(self) -> Known:
        """The worlds that were got through this object and are there."""
        return self.simulator.known

    @property
    def main(self) -> World:
        """The world the server began with."""
        return self.simulator.main

    def start(self) -> Self:
        """Return when it answers. Raises SimulatorError, which says what to mend."""
        if self._simulator is not None:
            raise RuntimeError(f"this server runs already, at {self.url}")
        if self._given is not None:
            self._simulator = _Simulator(self._given, OverSocket(located(self._given)[0]), self._token)
        else:
            self._simulator = self._start_thread()
        try:
            self._simulator.health()
            if not self.elsewhere:
                # A client that was given the server's address may come to it, whether or not it was looked at.
                _ = self._simulator.main
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """End all connections, and the server if it was started here. To stop what does not run is no error."""
        simulator, thread = self._simulator, self._thread
        self._simulator = self._thread = None
        if simulator is not None:
            simulator.close()
        if thread is not None:
            thread.stop()

    def create_world(self, name: str | None = None, **options: Unpack[WorldOptions]) -> World:
        """A new world with what is said here, and for the rest as the server's options have it."""
        check(options, "create_world")
        wanted: WorldOptions = {**self.options, **options}
        grown = growth(wanted)
        if not self.elsewhere and grown == growth(self.options):
            # It need not be grown again: what the main world was at first is forked.
            grown = dict.fromkeys(GROWTH)
        world = self.simulator.create_world(
            name,
            **grown,
            own_credentials=wanted.get("own_credentials", False),
            journal_bytes=wanted.get("journal_bytes"),
        )
        if not isinstance(world, World):
            raise TypeError(f"the world made is a {type(world)}")
        try:
            for fault in wanted.get("faults", ()):
                _add(world, fault)
        except BaseException:
            world.drop()
            raise
        return world

    def _start_thread(self) -> "_Simulator":
        # What a server is made of is heavy, and not needed where one runs already.
        from simulator.server import ThreadServer  # noqa: PLC0415 - see above
        from simulator.testing.hosting import hosted_simulator  # noqa: PLC0415 - see above
        from simulator.testing.in_process import InProcess  # noqa: PLC0415 - see above

        hosted = hosted_simulator(self.options)
        thread = ThreadServer(hosted)
        thread.start()
        self._thread = thread
        return _Simulator(thread.url, InProcess(hosted), None, hosted.position)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


class _Simulator(client.Simulator):
    """A client whose worlds are those of tests."""

    def __init__(
        self, url: str, way: "Way", token: str | None, position: Callable[[], int] | None = None
    ) -> None:
        super().__init__(url, token=token)
        self.known = Known()
        self._way = way
        self._position = position

    @cached_property
    def main(self) -> World:
        world = World(self, client.MAIN, None, self._way, self.known)
        # Of one elsewhere others may have asked much before.
        self.known.add(world, self._position() if self._position else world.journal.position, self._position)
        return world

    def _world(self, told: dict[str, object]) -> World:
        info = world_info(told)
        world = World(self, info.name, info, self._way, self.known)
        self.known.add(world, info.journal["total"])
        return world


def _add(world: World, fault: FaultOption) -> None:
    if isinstance(fault, str):
        world.faults.apply(fault)
        return
    profile: Any = fault.get("profile")
    if profile is None:
        world.faults.add_json(fault)
        return
    changed = {key: value for key, value in fault.items() if key != "profile"}
    world.control.post(f"/faults/profiles/{quote(profile, safe='')}", changed)
