"""What operators and their programs ask: is it alive, is it ready."""

from collections.abc import Callable
from datetime import datetime
from time import time

from fastapi import APIRouter
from pydantic_core import to_json
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from api.bootstrap import House
from api.logbook import signing
from api.metrics import MEDIA_TYPE, Metrics
from api.openapi import operated
from api.representations import shapes
from api.scouring import pending
from api.shelf import Uses
from api.signing.witnesses import WitnessState
from domain.errors import DamagedLedger, Unavailable

READY_LAG = 10_000
"""Events by which the views may lag while the service still counts as ready."""


def measured(house: House) -> Metrics:
    """The metrics of an application of this house, with what the ledger and the views tell."""
    metrics = Metrics()

    def lag() -> dict[str, float]:
        head = house.store.head().position
        return {name: max(head - position, 0) for name, position in house.views.positions().items()}

    metrics.gauge("stemma_event_streams", "Event streams that are open.", lambda: house.hub.listeners)
    written = house.newsroom.appender.written
    metrics.gauge("stemma_ledger_position", "Position of the newest event.", lambda: house.store.head().position)
    metrics.gauges("stemma_projection_lag_events", "Events that a projection has not taken in yet.", "projection", lag)
    metrics.gauge("stemma_erasures_pending", "Erasures not gone from every file yet.", lambda: _pending(house))
    metrics.counter("stemma_ledger_transactions", "Durable transactions.", lambda: written.transactions)
    metrics.counter("stemma_ledger_commands", "Commands recorded.", lambda: written.commands)
    metrics.counter("stemma_ledger_events", "Events recorded by this process.", lambda: written.events)
    _measure_log(metrics, house)
    return metrics


def _measure_log(metrics: Metrics, house: House) -> None:
    """What this process signs and who cosigns it; nothing if another process does."""

    def told(tell: Callable[[WitnessState], float | None]) -> Callable[[], dict[str, float]]:
        def read() -> dict[str, float]:
            numbers = ((state.name, tell(state)) for state in house.witnesses.states)
            return {name: number for name, number in numbers if number is not None}

        return read

    def age(state: WitnessState) -> float | None:
        return None if state.at is None else max(time() - state.at, 0.0)

    def since_signed() -> float:
        last = house.book.last()
        if last is None:
            raise Unavailable("Nothing has been signed yet.")
        return (house.clock() - datetime.fromisoformat(last.at)).total_seconds()

    metrics.gauge("stemma_log_signed_size", "Events under the last signed checkpoint.", lambda: house.signer.state.size)
    metrics.gauge(
        "stemma_log_stopped", "1 if nothing is signed any more.", lambda: house.signer.state.stopped is not None
    )
    metrics.gauge("stemma_log_checkpoint_age_seconds", "Seconds since a checkpoint was signed.", since_signed)
    metrics.gauge("stemma_log_shown_size", "Events under the checkpoint that is shown.", lambda: house.witnesses.shown)
    says = "Seconds since a witness last cosigned."
    metrics.gauges("stemma_witness_cosignature_age_seconds", says, "witness", told(age))
    says = "Events under the checkpoint that a witness cosigned last."
    metrics.gauges("stemma_witness_cosigned_size", says, "witness", told(lambda state: state.size))
    says = "1 while a witness says something of this log that must not be."
    metrics.gauges("stemma_witness_alarm", says, "witness", told(lambda state: state.alarm is not None))


def shelf_uses(metrics: Metrics) -> Uses:
    """What the shelf of the same application counts in, shown among the metrics."""
    uses = Uses()
    metrics.counter("stemma_answers_kept", "Answers to the public that were there already.", lambda: uses.hits)
    metrics.counter("stemma_answers_made", "Answers to the public that had to be made.", lambda: uses.misses)
    return uses


def router(house: House, metrics: Metrics) -> APIRouter:
    """`/healthz`, `/readyz` and `/metrics`."""
    routes = APIRouter(tags=["operation"])

    async def healthz(_: Request) -> Response:
        return _answer(200, {"status": "alive"})

    async def readyz(_: Request) -> Response:
        return await run_in_threadpool(_ready, house)

    async def show_metrics(_: Request) -> Response:
        text = await run_in_threadpool(metrics.text)
        return Response(text, 200, {"Cache-Control": "no-store", "Content-Type": MEDIA_TYPE})

    add = routes.add_api_route
    add("/healthz", healthz, **operated("healthz", "The process answers.", shapes.Health))
    add("/readyz", readyz, **operated("readyz", "Ledger and views can be used.", shapes.Readiness, 503))
    add("/metrics", show_metrics, **operated("metrics", "Numbers for Prometheus.", str))
    return routes


def _ready(house: House) -> Response:
    try:
        head = house.store.head().position
        reached = min(house.views.positions().values(), default=0)
    except (Unavailable, DamagedLedger):
        return _answer(503, {"status": "unavailable"})
    lag = max(head - reached, 0)
    if lag > READY_LAG:
        return _answer(503, {"status": "catching up", "position": head, "lag": lag})
    standing = {"position": head, "lag": lag, "erasures_pending": _pending(house), "signing": signing(house)}
    return _answer(200, {"status": "ready", **standing})


def _pending(house: House) -> int:
    """How many erasures are not gone from every file yet, as far as the views tell."""
    return pending(house.newsroom, house.views.scoured())


def _answer(status: int, said: dict[str, str | int]) -> Response:
    return Response(to_json(said), status, {"Cache-Control": "no-store"}, "application/json")
