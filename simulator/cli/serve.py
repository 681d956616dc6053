"""`simulator serve`."""

import secrets
from typing import Any

import click

from simulator.cli.common import fail, read_settings, settings_options


@click.command()
@settings_options()
def serve(**options: Any) -> None:
    """Serve a world until interrupted."""
    from simulator.collector import while_loading

    # Heavy parts are imported here, so that `simulator --version` is quick. They are here to stay, too.
    with while_loading():
        from simulator.announce import banner, http_url, ready_line
        from simulator.app import create_app, opened, plan_of
        from simulator.seeding.find import RecipeError
        from simulator.server import bind, is_loopback
        from simulator.server import serve as serve_app
        from simulator.snapshots.file import SnapshotError

    settings = read_settings(options)
    try:
        bound = bind(settings.host, settings.port)
    except OSError as error:
        fail(f"cannot listen on {settings.host}:{settings.port}: {error.strerror or error}")
    try:
        worlds, state_file = opened(settings)
    except (RecipeError, SnapshotError) as error:
        bound.close()
        fail(str(error))
    world = worlds.main
    token = settings.control_token or (None if is_loopback(bound) else secrets.token_urlsafe(16))
    announce = ready_line if settings.json_line else banner
    app = create_app(worlds, token, plan=plan_of(settings), state_file=state_file)
    serve_app(app, bound, lambda: click.echo(announce(world, http_url(*bound.getsockname()[:2]), token)))
    if state_file is not None:
        try:
            state_file.save(world)
        except SnapshotError as error:
            fail(str(error))
