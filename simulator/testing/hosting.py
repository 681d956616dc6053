"""The application that a test suite's own server serves."""

from pydantic import ValidationError

from simulator.app import create_app, create_world
from simulator.client import SimulatorError
from simulator.control.making import Plan
from simulator.seeding.find import RecipeError
from simulator.settings import Settings
from simulator.snapshots.file import SnapshotError
from simulator.testing.hosted import Hosted
from simulator.testing.options import WorldOptions, growth
from simulator.wording import join_path
from simulator.worlds import Worlds

MOST_WORLDS = 100_000


def hosted_simulator(options: WorldOptions) -> Hosted:
    """With a main world as the options have it. Raises SimulatorError, which says what to mend."""
    try:
        main = create_world(Settings(**growth(options)))
    except ValidationError as error:
        problem = error.errors(include_url=False)[0]
        raise SimulatorError(f"{join_path(problem['loc'])}: {problem['msg']}") from None
    except (RecipeError, SnapshotError) as error:
        raise SimulatorError(str(error)) from None
    # No world is forgotten for being idle: tests drop theirs, and one that plays with the time would seem to be hours old.
    worlds = Worlds(main, most=MOST_WORLDS, idle=None)
    # Further worlds say all in which they differ from the main one, so nothing but defaults is left to their plan.
    return Hosted(create_app(worlds, plan=Plan()), lambda: main.journal.last)
