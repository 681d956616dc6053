"""From a recipe and a seed to a world."""

from simulator.seeding.grow import grow

__all__ = ["grow"]
