"""The environment variables that lead clients to a world."""

VARIABLES = (
    "SIMULATOR_URL",
    "T3_API_HOST",
    "METRC_HOSTNAME",
    "METRC_USERNAME",
    "METRC_PASSWORD",
    "T3_SECRET_KEY",
    "T3_API_KEY",
    "TRACE_URL",
    "TRACE_API_KEY",
    "TRACE_AUTHORIZATION",
)
"""All there may be; a world whose demo account lacks something lacks its variable."""
