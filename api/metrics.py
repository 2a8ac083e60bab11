"""What is counted of an application, in the text format of Prometheus.

Anybody may read it, so it tells nothing that the public could not know: of requests the method, the route's template,
the status and the time, and everything that only the desk may ask is one route. Whatever is no route of ours is one
more.

Each request is counted with plain numbers, which cost next to nothing; they become metrics when somebody asks.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from itertools import accumulate
from time import monotonic
from typing import Final

from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.exposition import generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from domain.errors import DamagedLedger, Unavailable

MEDIA_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
DESK: Final = "desk"
"""The one route under which every command is counted, and whatever else only the desk may ask."""

NOWHERE: Final = "none"
"""The route of requests that found none."""

_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_BOUNDS: Final = (*map(str, _SECONDS), "+Inf")
_KEPT_FOR: Final = 1.0  # seconds: whoever asks more often is given the same text

Read = Callable[[], float]
ReadEach = Callable[[], Mapping[str, float]]


class Metrics:
    """The numbers of one application. Only the event loop's thread counts; any thread may read.

    `under_way` is how many requests are being answered.
    """

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests: Counter[tuple[str, str, int]] = Counter()
        self._took: dict[str, _Times] = {}
        self._limited: Counter[str] = Counter()
        self._said: tuple[float, bytes] | None = None
        self.under_way = 0
        ProcessCollector(registry=self._registry)
        self._registry.register(_Collected(self._counted))
        self.gauge("stemma_http_requests_in_progress", "Requests being answered.", lambda: self.under_way)

    # Counting.

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """Counts an answer; status 0 is none, because the client was gone."""
        self._requests[method if method in _METHODS else "other", route, status] += 1
        times = self._took.get(route)
        if times is None:
            times = self._took[route] = _Times()
        times.add(seconds)

    def limited(self, quota: str) -> None:
        """Counts a request for which this quota had nothing left."""
        self._limited[quota] += 1

    # What others count.

    def gauge(self, name: str, says: str, read: Read) -> None:
        """Shows what `read` gives, whenever somebody asks; nothing while it raises `Unavailable`."""
        self._registry.register(_Collected(lambda: [GaugeMetricFamily(name, says, read())]))

    def gauges(self, name: str, says: str, label: str, read: ReadEach) -> None:
        """The same for several: the label's value → number."""
        self._registry.register(_Collected(lambda: [_labelled(GaugeMetricFamily(name, says, labels=[label]), read())]))

    def counter(self, name: str, says: str, read: Read) -> None:
        """Shows a number that `read` gives and that only grows; `_total` is put behind its name."""
        self._registry.register(_Collected(lambda: [CounterMetricFamily(name, says, read())]))

    # Showing.

    def text(self) -> bytes:
        """Everything, as it stood at most a second ago."""
        now = monotonic()
        if self._said is None or now >= self._said[0] + _KEPT_FOR:
            self._said = now, generate_latest(self._registry)
        return self._said[1]

    def _counted(self) -> list[Metric]:
        requests = CounterMetricFamily("stemma_http_requests", "Answers.", labels=["method", "route", "status"])
        # A copy is made in one step, so the event loop may go on counting meanwhile.
        for (method, route, status), number in dict(self._requests).items():
            requests.add_metric([method, route, str(status)], number)
        took = HistogramMetricFamily(
            "stemma_http_request_duration_seconds",
            "From the head of a request to the end of its answer.",
            labels=["route"],
        )
        for route, times in dict(self._took).items():
            took.add_metric([route], list(zip(_BOUNDS, accumulate(times.numbers), strict=True)), times.sum)
        limited = CounterMetricFamily(
            "stemma_http_rate_limited", "Requests refused because a quota was used up.", labels=["quota"]
        )
        return [
            requests,
            took,
            _labelled(limited, dict(self._limited)),
        ]


class _Times:
    """How many requests took how long: one number for each of the bounds, and the sum."""

    def __init__(self) -> None:
        self.numbers = [0] * len(_BOUNDS)
        self.sum = 0.0

    def add(self, seconds: float) -> None:
        self.numbers[bisect_left(_SECONDS, seconds)] += 1
        self.sum += seconds


class _Collected(Collector):
    """Metrics that are made when they are shown."""

    def __init__(self, make: Callable[[], list[Metric]]) -> None:
        self._make = make

    def describe(self) -> list[Metric]:
        return []  # else the registry would make them to learn their names, before there is anything to read

    def collect(self) -> Iterator[Metric]:
        try:
            yield from self._make()
        except (Unavailable, DamagedLedger):
            return


def _labelled(
    family: GaugeMetricFamily | CounterMetricFamily, numbers: Mapping[str, float]
) -> GaugeMetricFamily | CounterMetricFamily:
    for label, number in sorted(numbers.items()):
        family.add_metric([label], number)
    return family
