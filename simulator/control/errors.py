"""The control plane's refusals: one message each, in one form."""

from collections.abc import Mapping

from starlette.responses import JSONResponse, Response


def refusal(status: int, message: str, headers: Mapping[str, str] | None = None) -> Response:
    """`{"error": {"message": ...}}`."""
    return JSONResponse({"error": {"message": message}}, status, headers)
