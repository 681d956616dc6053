"""Ready-made faults that are asked for by name, each for a pain that integrators have told of."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any

from simulator.faults.fault import Fault
from simulator.faults.match import COUNTS
from simulator.faults.reading import read
from simulator.faults.refusals import FaultUnknown
from simulator.wording import did_you_mean, listed

JSON = Mapping[str, Any]
NOTHING: JSON = MappingProxyType({})

RECORDING_A_SALE = MappingProxyType({"operation": "state_v1_sales_post"})
RECORDING_THE_FIRST = MappingProxyType({**RECORDING_A_SALE, "first": 1})
GATEWAY_TIMEOUT = MappingProxyType({"type": "status", "status": 504})


@dataclass(frozen=True)
class Profile:
    """`about` says what it does, `pain` what it lets one rehearse, `told` what the fault is, as it would be posted."""

    about: str
    pain: str
    told: JSON

    @cached_property
    def fault(self) -> Fault:
        """Read when it is first asked for: most servers never see a fault."""
        return read(self.told)


def _profile(name: str, about: str, pain: str, fault: JSON) -> tuple[str, Profile]:
    return name, Profile(about, pain, {"name": name, **fault})


# The shape of each is ours; what real services do in these cases is documented in rough outline at best.
PROFILES: Mapping[str, Profile] = MappingProxyType(
    dict(
        (
            _profile(
                "t3_rate_limit",
                "T3 answers 429 from a user's 601st request in a minute on.",
                "Rate limits are first met in production.",
                # No Retry-After, as none is documented; with one, the vendor's client re-sends reads by itself.
                {"match": {"api": "t3"}, "effect": {"type": "rate_limit", "requests": 600, "seconds": 60}},
            ),
            _profile(
                "metrc_rate_limit",
                "T3 answers 429 with Retry-After from a user's 151st read in a second on, as Metrc does for a key.",
                "Metrc's own limits on reads, phased in and lowered while integrations were live.",
                # GAP(metrc-rate-limit): Metrc's limits are published; whether T3 passes its 429 on is not.
                {
                    "match": {"api": "t3", "method": "GET"},
                    "effect": {"type": "rate_limit", "requests": 150, "seconds": 1, "retry_after": True},
                },
            ),
            _profile(
                "metrc_down",
                "Every request to either API is answered 503 and does nothing.",
                "Outages of the state's system, of hours or days: a till has to queue.",
                # GAP(metrc-down): what either API answers without Metrc is not documented, nor what still works.
                {"effect": {"type": "status", "status": 503}},
            ),
            _profile(
                "commit_then_504",
                "The first sale sent is recorded, but its answer is 504.",
                "An unknown outcome: a client that sends it again has recorded it twice.",
                # GAP(unknown-outcomes): no vendor says what a 504 or a broken connection means for the sale.
                {"match": RECORDING_THE_FIRST, "phase": "after", "effect": GATEWAY_TIMEOUT},
            ),
            _profile(
                "commit_then_reset",
                "The first sale sent is recorded, but the connection is reset before the answer.",
                "The same unknown outcome, as an exception of the HTTP client and not as a status.",
                {"match": RECORDING_THE_FIRST, "phase": "after", "effect": {"type": "reset_peer"}},
            ),
            _profile(
                "commit_then_timeout",
                "The first sale sent is recorded, but no answer ever comes.",
                "The same again for a client that has to give up by itself, if it has a timeout at all.",
                {"match": RECORDING_THE_FIRST, "phase": "after", "effect": {"type": "timeout"}},
            ),
            _profile(
                "lost_before_commit",
                "The connection of the first sale sent is reset, and nothing is recorded.",
                "To the client the same as commit_then_reset: one that does not send it again has lost a sale.",
                {"match": RECORDING_THE_FIRST, "phase": "before", "effect": {"type": "reset_peer"}},
            ),
            _profile(
                "late_commit",
                "The answer to the first sale sent is 504; the sale shows a minute later.",
                "A client that looks, finds nothing and sends it again has recorded it twice all the same.",
                {"match": RECORDING_THE_FIRST, "phase": "delayed", "effect": GATEWAY_TIMEOUT},
            ),
            _profile(
                "half_a_batch",
                "The first half of the first batch of sales sent is recorded, and the answer is 504.",
                "A queue that is sent at once after an outage, and nobody knows how far it came.",
                {
                    "match": {**RECORDING_THE_FIRST, "body": {"sales[1]__exists": True}},
                    "phase": "partial",
                    "effect": GATEWAY_TIMEOUT,
                },
            ),
            _profile(
                "fails_twice",
                "The first two sales sent are answered 503 and not recorded; the third goes through.",
                "A client that tries three times and then asks a person: does the third time work?",
                {"match": {**RECORDING_A_SALE, "first": 2}, "effect": {"type": "status", "status": 503}},
            ),
            _profile(
                "flaky",
                "One request in twenty is answered 500 and does nothing.",
                "Errors now and then, the same ones for the same seed.",
                {"match": {"toxicity": 0.05}, "effect": {"type": "status", "status": 500}},
            ),
            _profile(
                "slow",
                "Answers come later by half a second in the middle, and now and then by seconds.",
                "A state's system under load: timeouts that are too short, tills that stand still.",
                {
                    "effect": {
                        "type": "latency",
                        "latency": 500,
                        "jitter": 500,
                        "distribution": "lognormal",
                    }
                },
            ),
            _profile(
                "read_lag",
                "Reads of either API show the ledger of 30 seconds ago.",
                "A sale that is in one system and not yet in the other, taken for an error in the stock.",
                # GAP(read-lag): that reads lag is told, but not by how much.
                {"effect": {"type": "read_lag", "seconds": 30}},
            ),
            _profile(
                "expired_tokens",
                "The first request for sales in T3 is answered as with an expired token.",
                "A login that ends in the middle of the work, and looks like an error in the stock.",
                {
                    "match": {"api": "t3", "path": "/v2/sales/*", "first": 1},
                    "effect": {"type": "expired_token"},
                },
            ),
        )
    )
)


def profile(name: str, said: JSON = NOTHING) -> Fault:
    """The fault of a profile, but for what is said: `profile("read_lag", {"effect": {"seconds": 5}})`.

    `match` and `effect` are filled in key by key; null takes a key away. An effect of another type, or another way to
    count, takes the place of the profile's. Raises FaultRefused.
    """
    if name not in PROFILES:
        raise FaultUnknown(
            f"profile {name!r} is unknown.{did_you_mean(name, PROFILES)} Profiles: {listed(PROFILES)}"
        )
    usual = PROFILES[name].fault.model_dump(mode="json", exclude_unset=True)
    parts = {part: _merged(usual.get(part, {}), said.get(part, {})) for part in ("match", "effect")}
    return read(_merged(usual, {**said, **parts}))


def _merged(usual: JSON, said: Any) -> Any:
    """What is no object is left for the refusal to name."""
    if not isinstance(said, Mapping):
        return said
    if said.get("type", usual.get("type")) != usual.get("type"):
        return dict(said)
    counted = any(said.get(key) is not None for key in COUNTS)
    kept = {key: value for key, value in usual.items() if not (counted and key in COUNTS)}
    return {key: value for key, value in {**kept, **said}.items() if value is not None}
