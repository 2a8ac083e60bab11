"""/metrics: what is counted, and that it tells nothing that the public could not know."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families

from api.app import create_app
from api.metrics import Metrics
from domain.errors import StoreUnavailable
from tests.api.web.office import Office
from tests.support import bodies
from tests.support.signing import SignedOffice

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


def shown(office: Office) -> Samples:
    answer = office.get("~/metrics").then(200)
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    return samples(answer.content.decode())


def samples(text: str) -> Samples:
    families = text_string_to_metric_families(text)
    return {(s.name, frozenset(s.labels.items())): s.value for family in families for s in family.samples}


def requests(found: Samples) -> dict[tuple[str, str, str], float]:
    """(method, route, status) → number."""
    return {
        (labels["method"], labels["route"], labels["status"]): value
        for (name, said), value in found.items()
        if name == "stemma_http_requests_total" and (labels := dict(said))
    }


def value(found: Samples, name: str, **labels: str) -> float:
    return found[name, frozenset(labels.items())]


def test_requests_are_counted_by_route_and_status(story: Office) -> None:
    claim = story.desk.id("c1")
    story.get(f"/claims/{claim}", by="ed").then(200)
    story.get(f"/claims/{claim}").then(404)
    story.ask(story.request("HEAD", "/claims"))

    found = requests(shown(story))

    assert found == {
        ("GET", "/api/v1/claims/{claim_id}", "200"): 1,
        ("GET", "/api/v1/claims/{claim_id}", "404"): 1,
        ("HEAD", "/api/v1/claims", "200"): 1,
    }


def test_the_desk_s_routes_are_one_and_so_is_whatever_is_not_there(office: Office) -> None:
    office.post("/parties", bodies.party(), by="ed").then(201)
    office.post("/sources", bodies.source(), by="ed").then(201)
    office.post("/actors", {}, by="ed").then(403)
    for path in ("/worklist", "~/worklist", "/events", "/events/1", "/actors"):
        office.get(path, by="au").then(200)
    for path in ("/SECRET", "~/SECRET", "~/wp-login.php"):
        office.get(path)
    office.ask(office.request("SECRET", "/claims"))

    found = requests(shown(office))

    assert found == {
        ("POST", "desk", "201"): 2,
        ("POST", "desk", "403"): 1,
        ("GET", "desk", "200"): 5,
        ("GET", "none", "404"): 3,
        ("other", "/api/v1/claims", "405"): 1,
    }


def test_no_record_no_person_and_no_word_is_in_it(story: Office) -> None:
    desk = story.desk
    for path in (
        f"/claims/{desk.id('c1')}",
        f"/claims?party={desk.id('mek')}",
        "~/search?q=SECRET",
        "/claims?SECRET=1",
    ):
        story.get(path, by="ed")
    story.get("~/signin", cookie="stemma=SECRET")

    text = story.get("~/metrics").content.decode()

    assert "SECRET" not in text
    assert not re.search(r"\b(clm|pty|src|art|act|tok|dsk|pol)_", text)


def test_the_time_of_each_answer_falls_into_one_bucket(office: Office) -> None:
    for _ in range(3):
        office.get("/claims")

    found = shown(office)

    name, route = "stemma_http_request_duration_seconds", "/api/v1/claims"
    assert value(found, f"{name}_count", route=route) == 3
    assert value(found, f"{name}_bucket", route=route, le="+Inf") == 3
    assert value(found, f"{name}_sum", route=route) > 0


@pytest.mark.parametrize(
    ("seconds", "bounds"),
    [(0.0, ["0.001", "0.0025"]), (0.001, ["0.001", "0.0025"]), (0.002, ["0.0025"]), (99, ["+Inf"])],
)
def test_a_bucket_holds_what_took_no_longer_than_its_bound(seconds: float, bounds: list[str]) -> None:
    metrics = Metrics()
    metrics.answered("GET", "/", 200, seconds)

    found = samples(metrics.text().decode())

    numbers = {
        bound: value(found, "stemma_http_request_duration_seconds_bucket", route="/", le=bound) for bound in bounds
    }
    assert set(numbers.values()) == {1}
    if "0.001" not in bounds:
        assert value(found, "stemma_http_request_duration_seconds_bucket", route="/", le="0.001") == 0


def test_it_tells_of_the_ledger_the_views_and_the_process(office: Office) -> None:
    before = office.house.newsroom.appender.written.commands
    office.post("/parties", bodies.party(), by="ed")
    office.post("/parties", {}, by="ed")

    found = shown(office)

    assert value(found, "stemma_ledger_position") == office.length
    assert value(found, "stemma_projection_lag_events", projection="claims") == 0
    assert value(found, "stemma_ledger_commands_total") == before + 1
    assert value(found, "stemma_ledger_events_total") == office.length
    assert 0 < value(found, "stemma_ledger_transactions_total") <= value(found, "stemma_ledger_commands_total")
    assert value(found, "stemma_http_requests_in_progress") == 1, "the one that asks"
    assert value(found, "stemma_event_streams") == 0
    assert value(found, "process_resident_memory_bytes") > 1_000_000


def test_a_transaction_of_many_commands_is_one(office: Office) -> None:
    written = office.house.newsroom.appender.written
    before = (written.transactions, written.commands)

    answers = office.ask(*(office.request("POST", "/parties", bodies.party(), by="ed") for _ in range(20)))

    assert {answer.status for answer in answers} == {201}
    assert written.commands == before[1] + 20
    assert before[0] < written.transactions <= before[0] + 20


def test_applications_in_one_process_count_each_for_itself(office: Office) -> None:
    office.get("/claims")
    office.app = create_app(office.house)

    assert requests(shown(office)) == {}


def test_what_others_count_is_read_when_it_is_shown() -> None:
    metrics, numbers = Metrics(), iter([1, 2])
    metrics.counter("stemma_hits", "Hits.", lambda: next(numbers))
    metrics.gauge("stemma_open", "Open.", lambda: 5)

    found = samples(metrics.text().decode())

    assert (value(found, "stemma_hits_total"), value(found, "stemma_open")) == (1, 5)
    assert samples(metrics.text().decode()) == found, "the text is kept for a moment"


def test_what_cannot_be_read_now_is_left_out() -> None:
    def unreadable() -> float:
        raise StoreUnavailable("The disk is gone.")

    metrics = Metrics()
    metrics.gauge("stemma_gone", "Gone.", unreadable)

    found = samples(metrics.text().decode())

    assert ("stemma_gone", frozenset()) not in found
    assert value(found, "stemma_http_requests_in_progress") == 0


@pytest.fixture(autouse=True)
def _no_leftovers(office: Office) -> Iterator[None]:
    yield
    assert office.app.state.metrics.under_way == 0


def test_what_is_signed_and_how_long_ago_is_told_and_without_a_key_only_that_nothing_is(office: Office) -> None:
    before = shown(office)
    assert value(before, "stemma_log_signed_size") == value(before, "stemma_log_stopped") == 0
    assert ("stemma_log_checkpoint_age_seconds", frozenset()) not in before

    log = SignedOffice(office)
    log.sign()
    office.now = office.desk.now() + timedelta(minutes=1)

    found = samples(office.get("~/metrics").content.decode())
    assert value(found, "stemma_log_signed_size") == value(found, "stemma_ledger_position")
    assert 60 <= value(found, "stemma_log_checkpoint_age_seconds") < 90
    assert value(found, "stemma_log_stopped") == 0
