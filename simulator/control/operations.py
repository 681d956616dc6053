"""Every operation of the control plane.

One table, which is easier to read whole than in parts; so it is longer than other files.
"""

from typing import Annotated, Any

from pydantic import TypeAdapter, WrapValidator

from simulator.control import (
    accounts,
    audit,
    clock,
    examples,
    faults,
    headroom,
    health,
    journal,
    oracle,
    receipts,
    snapshots,
    worlds,
)
from simulator.control.operation import GUARDED, OPEN, ControlHandler, ControlOperation
from simulator.faults.fault import Fault
from simulator.faults.reading import read
from simulator.faults.refusals import FaultRefused
from simulator.journal.questions import Question
from simulator.wire.errors import bad_request

PREFIX = "/_simulator"
SERVER, WORLD, CLOCK, FAULTS = ("Server",), ("World",), ("Clock",), ("Faults",)
JOURNAL, ORACLE, AUDIT = ("Journal",), ("Oracle",), ("Audit",)
SNAPSHOTS, ACCOUNTS = ("Snapshots",), ("Accounts",)
OBJECT = {"type": "object"}


def _fault(value: object, _handler: object) -> Fault:
    """Faults say best themselves what is wrong with one."""
    try:
        return read(value)
    except FaultRefused as error:
        raise bad_request(str(error)) from None


FAULT = Annotated[Fault, WrapValidator(_fault)]


def _operation(
    method: str,
    path: str,
    handle: ControlHandler,
    summary: str,
    tags: tuple[str, ...],
    answer: Any,
    *,
    access: str = GUARDED,
    query: Any = None,
    body: Any = None,
    example: Any = None,
    statuses: tuple[int, ...] = (),
    media_types: tuple[str, ...] = ("application/json",),
    upload: str | None = None,
) -> ControlOperation:
    return ControlOperation(
        method,
        PREFIX + path,
        handle,
        summary,
        tags,
        answer if isinstance(answer, dict) else TypeAdapter(answer),
        access,
        query=query,
        body=None if body is None else TypeAdapter(body),
        body_example=example,
        statuses=statuses if body is None else (*statuses, 413, 415),
        media_types=media_types,
        upload=upload,
    )


OPERATIONS: tuple[ControlOperation, ...] = (
    _operation("GET", "/health", health.health, "Whether it answers", SERVER, health.Health, access=OPEN),
    _operation("GET", "/headroom", headroom.headroom, "How busy it is", SERVER, headroom.HeadroomAnswer),
    _operation("GET", "/openapi/t3.json", health.t3, "T3's OpenAPI document", SERVER, OBJECT, access=OPEN),
    _operation(
        "GET", "/openapi/trace.json", health.trace, "Trace's OpenAPI document", SERVER, OBJECT, access=OPEN
    ),
    _operation("GET", "/worlds", worlds.list_worlds, "All worlds", SERVER, worlds.WorldsAnswer),
    _operation(
        "POST",
        "/worlds",
        worlds.make,
        "Make a world",
        SERVER,
        worlds.WorldAnswer,
        body=worlds.NewWorld,
        example={"name": "checkout", "recipe": "corner_shop", "now": "2026-05-20T20:00:00Z"},
    ),
    _operation(
        "GET", "/worlds/{name}", worlds.show_world, "One world", SERVER, worlds.WorldAnswer, statuses=(404,)
    ),
    _operation("DELETE", "/worlds/{name}", worlds.drop, "Drop a world", SERVER, OBJECT, statuses=(404,)),
    _operation(
        "POST",
        "/save",
        snapshots.save_state,
        "Save the main world to the state file",
        SERVER,
        snapshots.Saved,
    ),
    _operation("GET", "/world", worlds.show_world, "This world", WORLD, worlds.WorldAnswer),
    _operation(
        "POST",
        "/reset",
        worlds.reset,
        "Back to the beginning",
        WORLD,
        OBJECT,
        body=worlds.Reset,
        example={"only": ["journal", "faults"]},
    ),
    _operation(
        "POST",
        "/receipts/finalize",
        receipts.finalize,
        "Finalize receipts",
        WORLD,
        receipts.Finalized,
        body=receipts.Finalize,
        example={"license_number": "LIC-00001", "ids": [123]},
    ),
    _operation(
        "GET",
        "/examples/sale",
        examples.sale,
        "A sale that this world records",
        WORLD,
        examples.SaleExample,
        query=examples.SaleQuery,
    ),
    _operation("GET", "/accounts", accounts.list_accounts, "Who may ask", ACCOUNTS, accounts.AccountsAnswer),
    _operation(
        "POST",
        "/accounts",
        accounts.issue,
        "Issue a user with keys",
        ACCOUNTS,
        OBJECT,
        body=accounts.NewAccount,
        example={"username": "night-shift"},
    ),
    _operation("GET", "/clock", clock.show, "The simulated time", CLOCK, clock.ClockAnswer),
    *(
        _operation("POST", f"/clock/{name}", handle, summary, CLOCK, answer, body=body, example=example)
        for name, handle, summary, answer, body, example in (
            ("freeze", clock.freeze, "Let it stand", clock.ClockAnswer, clock.Freeze, {}),
            ("set", clock.set_, "Set it", clock.ClockAnswer, clock.Set, {"to": "2026-05-20T20:00:00Z"}),
            ("advance", clock.advance, "Move it on", clock.ClockAnswer, clock.Advance, {"hours": 25}),
            ("rate", clock.rate, "Let it run faster or slower", clock.ClockAnswer, clock.Rate, {"rate": 60}),
            (
                "close-day",
                clock.close_day,
                "Close the business day",
                clock.ClosedAnswer,
                clock.CloseDay,
                {"license_number": "LIC-00001"},
            ),
        )
    ),
    _operation("POST", "/clock/resume", clock.resume, "Let it run with real time", CLOCK, clock.ClockAnswer),
    _operation("GET", "/faults", faults.list_faults, "All faults, in order", FAULTS, faults.FaultsAnswer),
    _operation(
        "POST",
        "/faults",
        faults.add,
        "Add a fault",
        FAULTS,
        faults.FaultAnswer,
        body=FAULT,
        example={
            "name": "lost-answer",
            "match": {"operation": "state_v1_sales_post", "nth": 1},
            "phase": "after",
            "effect": {"type": "status", "status": 504},
        },
    ),
    _operation("DELETE", "/faults", faults.clear, "Remove all faults", FAULTS, OBJECT),
    _operation(
        "GET", "/faults/profiles", faults.list_profiles, "Ready-made faults", FAULTS, faults.ProfilesAnswer
    ),
    _operation(
        "POST",
        "/faults/profiles/{name}",
        faults.apply_profile,
        "Add a ready-made fault, changed by the body",
        FAULTS,
        faults.FaultAnswer,
        body=dict[str, Any],
        example={"match": {"first": 2}},
        statuses=(404,),
    ),
    _operation(
        "GET", "/faults/{name}", faults.show, "One fault", FAULTS, faults.FaultAnswer, statuses=(404,)
    ),
    _operation(
        "PUT",
        "/faults/{name}",
        faults.put,
        "Add or replace a fault",
        FAULTS,
        faults.FaultAnswer,
        body=FAULT,
        example={"effect": {"type": "latency", "latency": 200, "jitter": 50}},
    ),
    _operation("DELETE", "/faults/{name}", faults.remove, "Remove a fault", FAULTS, OBJECT, statuses=(404,)),
    _operation(
        "GET", "/journal", journal.find, "Find requests", JOURNAL, journal.EntriesAnswer, query=Question
    ),
    _operation(
        "GET", "/journal/count", journal.count, "Count requests", JOURNAL, journal.CountAnswer, query=Question
    ),
    _operation(
        "GET",
        "/journal/wait",
        journal.wait,
        "Wait for requests",
        JOURNAL,
        journal.WaitAnswer,
        query=journal.Wait,
    ),
    _operation("GET", "/journal/summary", journal.summary, "Counters", JOURNAL, journal.SummaryAnswer),
    _operation("GET", "/journal/har", journal.as_har, "Requests as HAR 1.2", JOURNAL, OBJECT, query=Question),
    _operation("DELETE", "/journal", journal.clear, "Empty the journal", JOURNAL, journal.Cleared),
    _operation(
        "GET",
        "/oracle",
        oracle.ask,
        "What really happened",
        ORACLE,
        oracle.OracleAnswer,
        query=oracle.OracleQuery,
    ),
    _operation(
        "GET",
        "/audit",
        audit.audit,
        "Whether the ledger balances",
        AUDIT,
        audit.AuditAnswer,
        query=audit.AuditQuery,
    ),
    _operation(
        "GET",
        "/receipts",
        audit.rows,
        "All receipts, one a line",
        AUDIT,
        OBJECT,
        query=audit.RowsQuery,
        media_types=(audit.ROWS_TYPE,),
    ),
    _operation(
        "GET", "/snapshots", snapshots.list_snapshots, "Named moments", SNAPSHOTS, snapshots.SnapshotsAnswer
    ),
    _operation(
        "POST",
        "/snapshots",
        snapshots.save,
        "Name this moment",
        SNAPSHOTS,
        snapshots.SnapshotAnswer,
        body=snapshots.NewSnapshot,
        example={"name": "before-lunch"},
    ),
    _operation(
        "POST",
        "/snapshots/{name}/restore",
        snapshots.restore,
        "Return to it",
        SNAPSHOTS,
        snapshots.SnapshotAnswer,
        statuses=(404,),
    ),
    _operation(
        "DELETE",
        "/snapshots/{name}",
        snapshots.forget,
        "Forget it",
        SNAPSHOTS,
        snapshots.Forgotten,
        statuses=(404,),
    ),
    _operation(
        "GET",
        "/snapshots/{name}/file",
        snapshots.as_file,
        "As a file",
        SNAPSHOTS,
        OBJECT,
        statuses=(404,),
        media_types=(snapshots.FILE_TYPE,),
    ),
    _operation(
        "PUT",
        "/snapshots/{name}/file",
        snapshots.from_file,
        "From a file",
        SNAPSHOTS,
        snapshots.SnapshotAnswer,
        statuses=(413,),
        upload=snapshots.FILE_TYPE,
    ),
)
