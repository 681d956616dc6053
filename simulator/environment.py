"""The environment variables that point clients at a world, under the names the vendors' clients read."""

from simulator.accounts import Account


def environment(account: Account, url: str) -> dict[str, str]:
    """Those that have a value, for the world at `url` and one of its accounts."""
    variables = {
        "SIMULATOR_URL": url,
        "T3_API_HOST": url,
        "METRC_HOSTNAME": account.hostname,
        "METRC_USERNAME": account.username,
        "METRC_PASSWORD": account.password,
        "T3_SECRET_KEY": account.secret_key,
        "T3_API_KEY": account.t3_api_key,
        "TRACE_URL": url,
        "TRACE_API_KEY": account.trace_api_key,
        "TRACE_AUTHORIZATION": account.trace_authorization,
    }
    return {name: value for name, value in variables.items() if value}
