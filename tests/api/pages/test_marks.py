"""Marks in a text: nothing is added, nothing is lost, and each mark covers what it was placed on."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.pages.marks import Paragraph, Segment, Span, paragraphs

TEXTS = st.text(alphabet=st.one_of(st.sampled_from("ab \n\t"), st.characters(exclude_categories=["Cs"])), max_size=60)


@st.composite
def marked_texts(draw: st.DrawFn) -> tuple[str, list[Span]]:
    text = draw(TEXTS.filter(bool))
    places = draw(st.lists(st.tuples(st.integers(0, len(text)), st.integers(0, len(text))), max_size=6))
    spans = [Span(min(place), max(place), f"m{key}") for key, place in enumerate(places) if place[0] != place[1]]
    return text, spans


def segments_of(made: tuple[Paragraph, ...]) -> list[Segment]:
    return [segment for paragraph in made for segment in paragraph.segments]


@given(marked_texts())
def test_without_its_marks_the_text_is_the_same(given_text: tuple[str, list[Span]]) -> None:
    text, spans = given_text

    made = paragraphs(text, spans)

    assert "".join("".join(s.text for s in p.segments) + p.gap for p in made) == text


@given(marked_texts())
def test_every_mark_covers_its_words_except_the_gaps_between_paragraphs(given_text: tuple[str, list[Span]]) -> None:
    text, spans = given_text

    offset, covered = 0, {span.key: "" for span in spans}
    for paragraph in paragraphs(text, spans):
        for segment in paragraph.segments:
            inside = {s.key for s in spans if s.start <= offset and offset + len(segment.text) <= s.end}
            assert set(segment.keys) == inside
            for key in segment.keys:
                covered[key] += segment.text
            offset += len(segment.text)
        offset += len(paragraph.gap)

    for span in spans:
        assert "".join(covered[span.key].split()) == "".join(text[span.start : span.end].split())


@given(marked_texts())
def test_every_mark_that_is_shown_closes_once_at_its_last_segment(given_text: tuple[str, list[Span]]) -> None:
    text, spans = given_text

    made = segments_of(paragraphs(text, spans))

    for span in spans:
        covering = [segment for segment in made if span.key in segment.keys]
        assert [span.key in segment.closing for segment in covering] == [False] * (len(covering) - 1) + [True] * bool(
            covering
        )


def test_overlapping_marks_are_split_where_they_meet_and_the_shorter_comes_first() -> None:
    made = paragraphs("one two three", [Span(0, 7, "long"), Span(4, 13, "longer"), Span(4, 7, "short")])

    assert made == (
        Paragraph(
            (
                Segment("one ", ("long",), ()),
                Segment("two", ("short", "long", "longer"), ("short", "long")),
                Segment(" three", ("longer",), ("longer",)),
            ),
            "",
        ),
    )


def test_a_mark_over_a_blank_line_goes_on_in_the_next_paragraph() -> None:
    made = paragraphs("one\n\ntwo", [Span(0, 8, "m")])

    assert made == (Paragraph((Segment("one", ("m",)),), "\n\n"), Paragraph((Segment("two", ("m",), ("m",)),), ""))


def test_a_single_line_break_does_not_end_a_paragraph() -> None:
    assert paragraphs("one\ntwo", []) == (Paragraph((Segment("one\ntwo"),), ""),)


@pytest.mark.parametrize("span", [Span(-1, 2, "m"), Span(2, 2, "m"), Span(3, 2, "m"), Span(0, 5, "m")])
def test_a_mark_that_is_no_stretch_of_the_text_is_refused(span: Span) -> None:
    with pytest.raises(ValueError, match="no stretch"):
        paragraphs("text", [span])


def test_two_marks_with_one_key_are_refused() -> None:
    with pytest.raises(ValueError, match="same key"):
        paragraphs("text", [Span(0, 1, "m"), Span(1, 2, "m")])
