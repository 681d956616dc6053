"""From a recipe and a seed to a world."""
