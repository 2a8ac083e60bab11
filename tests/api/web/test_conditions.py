"""If-Match, If-None-Match and entity tags."""

import pytest

from api.etag import etag, idempotency_key, tags, unchanged, versions
from domain.errors import InvalidInput
from tests.api.web.office import Answer, Office
from tests.support import bodies
from tests.support.desk import Do


def reword(story: Office, if_match: str | None) -> Answer:
    headers = {} if if_match is None else {"if_match": if_match}
    return story.post(f"/claims/{story.desk.id('c1')}/rewording", bodies.rewording(), by="ed", **headers)


@pytest.mark.parametrize(
    "if_match", ['"v3"', '"v3.0123abcd"', '"v2", "v3"', '"v3","other"', 'W/"v9", "v3"', ' "v3" ', '"v9", "v3.ff", "v1"']
)
def test_a_change_made_for_the_present_version_is_recorded(story: Office, if_match: str) -> None:
    assert reword(story, if_match).then(200).body["version"] == 4


@pytest.mark.parametrize(
    "if_match", ['"v2"', '"v4"', 'W/"v3"', '"v1", "v2"', '"other"', '"v03"', '"v3.XYZ"', '"3"', '"v0"', '""']
)
def test_a_change_made_for_another_version_is_stale(story: Office, if_match: str) -> None:
    length = story.length

    answer = reword(story, if_match).then(412, "stale-version")

    assert answer.body["current_version"] == 3
    assert story.length == length


@pytest.mark.parametrize("if_match", [None, "", "*", " * "])
def test_a_change_that_names_no_version_is_asked_for_one(story: Office, if_match: str | None) -> None:
    length = story.length

    reword(story, if_match).then(428, "version-needed")

    assert story.length == length


@pytest.mark.parametrize("if_match", ["v3", '"v3', 'W"v3"', '"v3" "v2"'])
def test_a_condition_that_is_no_list_of_tags_is_refused(story: Office, if_match: str) -> None:
    reword(story, if_match).then(422, "invalid-input")


def test_the_tag_of_an_answer_is_the_condition_for_the_next_change(story: Office) -> None:
    path = f"/claims/{story.desk.id('c1')}"
    read = story.get(path, by="ed")

    changed = reword(story, read.headers["etag"]).then(200)

    assert changed.headers["etag"] != read.headers["etag"]
    reword(story, read.headers["etag"]).then(412, "stale-version")


def test_actors_and_policies_have_versions_of_their_own(office: Office) -> None:
    path = f"/actors/{office.desk.id('ed')}"
    seen = office.get(path, by="ad").headers["etag"]
    office.do(Do("actors.roles", {"role": "auditor"}, ("@ap",), "ad")).then(200)

    office.post(f"{path}/roles", {"role": "importer"}, by="ad", if_match=f'"v1", {seen}').then(200)
    office.post(f"{path}/roles", {"role": "auditor"}, by="ad", if_match=seen).then(412, "stale-version")

    policy = office.post("/policies", bodies.policy(), by="ap").then(201)
    approval = f"{policy.headers['location'].removeprefix('/api/v1')}/approval"
    assert office.post(approval, by="ap2", if_match='"v1", "v3"').then(200).body["in_force"] is True


def test_who_has_it_already_is_not_sent_it_again(story: Office) -> None:
    path = f"/claims/{story.desk.id('c1')}"
    tag = story.get(path, by="ed").headers["etag"]

    same = story.get(path, by="ed", if_none_match=f'"other", W/{tag}')
    assert (same.status, same.content, same.headers["etag"]) == (304, b"", tag)

    reword(story, tag).then(200)
    assert story.get(path, by="ed", if_none_match=tag).status == 200


def test_what_others_record_does_not_change_the_tag_of_a_record(story: Office) -> None:
    path = f"/claims/{story.desk.id('c1')}"
    tag = story.get(path, by="ed").headers["etag"]

    story.post("/parties", bodies.party(), by="ed").then(201)

    assert story.get(path, by="ed").headers["etag"] == tag


def test_a_head_request_is_answered_without_a_body(story: Office) -> None:
    path = f"/claims/{story.desk.id('c1')}"

    (head,) = story.ask(story.request("HEAD", path, by="ed"))

    assert (head.status, head.content) == (200, b"")
    assert head.headers["etag"] == story.get(path, by="ed").headers["etag"]


# The headers by themselves.


def test_a_tag_names_the_version_where_there_is_one() -> None:
    assert etag(7, b"") == '"v7.e3b0c44298fc1c14"'
    assert etag(None, b"") == '"e3b0c44298fc1c14"'


def test_tags_are_read_in_all_their_forms() -> None:
    assert tags('"a", W/"b" , "",') == [(False, "a"), (True, "b"), (False, "")]
    assert tags("a") is None
    assert versions('"v7", W/"v8", "v9.0f"') == (7, 9)


def test_every_tag_matches_a_star() -> None:
    assert unchanged("*", '"a"')
    assert not unchanged(None, '"a"')
    assert not unchanged("nonsense", '"a"')


@pytest.mark.parametrize(
    ("header", "key"),
    [
        (None, None),
        ("abc", "abc"),
        ('"abc"', "abc"),
        ('"a \\"b\\" \\\\c"', 'a "b" \\c'),
        (f'"{"k" * 255}"', "k" * 255),
        ("journal:17", "journal:17"),
    ],
)
def test_a_key_is_the_same_quoted_or_bare(header: str | None, key: str | None) -> None:
    assert idempotency_key(header) == key


@pytest.mark.parametrize("header", ["", '""', '"a', "a b", "a,b", '"\u00e9"', "k" * 256, '"\\n"'])
def test_a_key_that_cannot_be_one_is_refused(header: str) -> None:
    with pytest.raises(InvalidInput):
        idempotency_key(header)
