"""A server to test against."""

from support.live import live

__all__ = ["live"]
