"""Places found again after an edit: exactly, by what the edit left standing, by likeness, or given to an editor."""

from itertools import pairwise
from typing import get_args

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from domain.anchors import CONTEXT, MARGIN, THRESHOLD, Anchor, Found, Lost, OrphanedBecause, Reanchoring, find
from domain.anchors.edits import Edit
from domain.anchors.likeness import Likeness
from domain.anchors.reanchoring import context_changed
from tests.support import bodies

TEXT = bodies.TEXT
PREFACE = "What was said that day is on record."
SENTENCE = "The police took 150 computers and three printers from the camp."
STORY = f"In Tirana the police raided the camp at dawn. {SENTENCE} Nobody was charged that day, the prosecutor says."
few_letters = st.text("ab ", min_size=1, max_size=30)
fresh = st.text("XYZ", max_size=5)


def quote(text: str, exact: str, *, nth: int = 0) -> Anchor:
    start = -1
    for _ in range(nth + 1):
        start = text.index(exact, start + 1)
    return Anchor.at(text, start, start + len(exact))


def again(old: str, new: str, exact: str, *, nth: int = 0) -> Found | Lost:
    return Reanchoring(old, new).again(quote(old, exact, nth=nth))


def found(outcome: Found | Lost) -> Found:
    assert isinstance(outcome, Found)
    return outcome


class TestExact:
    def test_words_that_stand_once_are_found_wherever_they_went(self) -> None:
        old = quote(TEXT, "150 computers")

        new = found(again(TEXT, "Later, 150 computers were counted.", "150 computers"))

        assert new == Found("exact", Anchor(7, 20, "150 computers", "Later, ", " were counted."))
        assert context_changed(old, new.anchor)

    def test_words_that_stand_still_keep_their_context(self) -> None:
        old = quote(TEXT, "150 computers")

        new = found(again(TEXT, f"A preface. {TEXT}", "150 computers"))

        assert (new.fate, new.anchor.start) == ("exact", old.start + 11)
        assert not context_changed(old, new.anchor)

    def test_of_several_the_one_between_the_same_words_is_taken(self) -> None:
        old = f"{PREFACE} She said so. {PREFACE}"
        edited = f"He said so. {PREFACE} She said so. {PREFACE} They said so."

        new = found(again(old, edited, "said so"))

        assert new == Found("exact", find(edited, "said so", "She ", None, None, None))

    def test_the_last_of_several_is_not_taken_for_the_one_that_went(self) -> None:
        """The words stand once now, but stood twice: what stands may be the other one."""
        old = f"One member died, it said. {PREFACE} {PREFACE} One member left."

        outcome = again(old, f"{PREFACE} {PREFACE} One member left.", "One member")

        assert not isinstance(outcome, Found)

    def test_without_the_old_text_words_that_stand_once_are_found(self) -> None:
        anchor = quote(TEXT, "150 computers")

        new = found(Reanchoring(None, f"{PREFACE} {TEXT}").again(anchor))

        assert (new.fate, new.anchor.exact) == ("exact", "150 computers")

    @given(st.text(min_size=1, max_size=80), st.data(), st.text(max_size=20), st.text(max_size=20))
    def test_whatever_is_put_around_a_text_its_places_keep_their_words(
        self, text: str, data: st.DataObject, before: str, after: str
    ) -> None:
        start = data.draw(st.integers(0, len(text) - 1))
        old = Anchor.at(text, start, data.draw(st.integers(start + 1, len(text))))
        edited = before + text + after

        outcome = Reanchoring(text, edited).again(old)

        if isinstance(outcome, Found) and outcome.fate != "fuzzy":
            assert outcome.anchor == Anchor.at(edited, outcome.anchor.start, outcome.anchor.end)
            assert outcome.anchor.exact == old.exact
        else:
            assert edited.find(old.exact) != edited.rfind(old.exact)


class TestMoved:
    def test_of_several_the_one_that_the_edit_left_untouched_is_taken(self) -> None:
        old = f"{PREFACE} She said so. {PREFACE}"
        edited = f"He said so. {PREFACE} She also said so. {PREFACE}"

        new = found(again(old, edited, "said so"))

        assert (new.fate, new.anchor.start) == ("moved", edited.rindex("said so"))

    def test_a_copy_in_a_row_of_copies_is_followed_past_what_was_put_before_it(self) -> None:
        old = "He said so. " * 40

        new = found(again(old, f"First of all: {old}", "said so", nth=20))

        assert (new.fate, new.anchor.start) == ("moved", quote(old, "said so", nth=20).start + 14)

    def test_a_place_between_two_edits_is_followed_by_what_stands_around_it(self) -> None:
        copies = [f"He said so. Then came day {day} of the trial, and nothing changed." for day in range(30)]
        old = "\n".join(copies)
        copies[3] = "The third day was left out."
        copies[20] = "So was this one."
        edited = "\n".join(["A new lead.", *copies])

        new = found(again(old, edited, "He said so", nth=10))

        assert edited[new.anchor.start :].startswith("He said so. Then came day 10 ")

    def test_one_of_many_copies_that_went_takes_no_other_with_it(self) -> None:
        """Of "ha ha ha" without one nobody can say which one is missing."""
        old = "ha " * 30

        assert isinstance(again(old, old[:-3], "ha", nth=15), Lost)


class TestByLikeness:
    def test_words_that_were_edited_a_little_are_found_with_how_much_they_resemble_what_they_were(self) -> None:
        edited = STORY.replace("150 computers", "150 laptops")

        new = found(again(STORY, edited, SENTENCE))

        assert new.fate == "fuzzy"
        assert new.anchor.exact == SENTENCE.replace("150 computers", "150 laptops")
        assert new.score is not None
        assert THRESHOLD <= new.score < 1

    @pytest.mark.parametrize(
        ("was", "now"),
        [
            ("The police took", "Policemen took"),
            ("from the camp.", "from the two camps."),
            ("The police", "On that day the police"),
            ("took 150", "took away some 150"),
            ("three printers ", ""),
            ("computers and", "computers, and"),
        ],
    )
    def test_the_words_begin_and_end_where_the_edited_sentence_does(self, was: str, now: str) -> None:
        edited = STORY.replace(SENTENCE, SENTENCE.replace(was, now))

        new = found(again(STORY, edited, SENTENCE))

        low = edited.index("dawn. ") + 6
        assert edited[low : edited.index(" Nobody")].endswith(new.anchor.exact)
        assert abs(new.anchor.start - low) <= len(now)

    def test_letters_of_other_scripts_are_followed_too(self) -> None:
        old = "警方说当天没有人死亡。" + "警方从营地带走了一百五十台电脑和三台打印机。" + "当天没有人被起诉。"
        edited = old.replace("一百五十台", "大约一百台")

        new = found(again(old, "编者按。" + edited, "警方从营地带走了一百五十台电脑和三台打印机"))

        assert (new.fate, new.anchor.exact) == ("fuzzy", "警方从营地带走了大约一百台电脑和三台打印机")

    @pytest.mark.parametrize(
        ("edited", "because"),
        [
            ("Nothing of it is left.", "gone"),
            ("", "gone"),
            (STORY.replace("150 computers and three printers", "some things and documents"), "below_threshold"),
            (STORY.replace("150", "160") + " " + STORY.replace("150", "160"), "ambiguous"),
        ],
    )
    def test_an_orphan_says_why_it_is_one(self, edited: str, because: OrphanedBecause) -> None:
        outcome = again(STORY, edited, SENTENCE)

        assert isinstance(outcome, Lost)
        assert outcome.because == because
        assert (outcome.candidates == 2) == (because == "ambiguous")

    def test_the_score_weighs_the_words_what_is_around_them_and_the_place(self) -> None:
        one_letter = found(again(STORY, STORY.replace("150", "160"), SENTENCE))
        beside = found(again(STORY, STORY.replace("150", "160").replace(" Nobody", " Xobody"), SENTENCE))

        assert one_letter.score == pytest.approx((50 * (1 - 1 / len(SENTENCE)) + 20 + 20 + 2) / 92)
        assert beside.score == pytest.approx((50 * (1 - 1 / len(SENTENCE)) + 20 + 20 * (1 - 1 / CONTEXT) + 2) / 92)

    def test_of_long_quotations_more_than_256_letters_may_not_differ(self) -> None:
        sentences = [f"On day {number} of the trial witness {number * 7} said so again. " for number in range(60)]
        old, few, many = (
            PREFACE
            + "".join(s.replace("said so", "denied") if n < changed else s for n, s in enumerate(sentences))
            + PREFACE
            for changed in (0, 30, 55)
        )
        quoted = "".join(sentences)

        assert found(again(old, few, quoted)).fate == "fuzzy"
        assert again(old, many, quoted) == Lost("gone")

    def test_a_word_that_two_rewritten_sentences_have_in_common_is_no_trace(self) -> None:
        old = f"Of this the ministry said nothing at all. {PREFACE} They said no."
        new = f"Nobody there knows who said it in the end. {PREFACE} They said no."

        assert again(old, new, "said") == Lost("ambiguous", 3)

    def test_likeness_that_speaks_against_what_stands_beside_the_words_is_for_the_editor(self) -> None:
        lines = [f"He said so again. Fact {number} of this trial is on record." for number in range(4)]
        new = "\n".join([lines[1], lines[2], f"A new sentence. {lines[3]}"])

        assert again("\n".join(lines), new, "He said so again", nth=1) == Lost("ambiguous", 2)

    def test_an_ambiguous_quotation_goes_to_the_editor(self) -> None:
        paragraph = f"{'x' * CONTEXT} one member {'y' * CONTEXT}\n"

        assert again(paragraph, paragraph * 2, "one member") == Lost("ambiguous", 2)

    def test_very_many_copies_are_still_ambiguous(self) -> None:
        old, new = (f"Something else. {'He said so. ' * copies}That was all." for copies in (10_000, 9_000))

        outcome = again(old, new, "He said so", nth=5_000)

        assert isinstance(outcome, Lost)
        assert outcome.because == "ambiguous"


@st.composite
def edited_once(draw: st.DrawFn, inserted: st.SearchStrategy[str]) -> tuple[str, str, int, int, int]:
    """A text, the same after one run of it was replaced, a stretch outside of that run, and where it is now."""
    old = draw(few_letters)
    low = draw(st.integers(0, len(old)))
    high = draw(st.integers(low, len(old)))
    put = draw(inserted)
    new = old[:low] + put + old[high:]
    spans = [(a, b) for a in range(len(old)) for b in range(a + 1, len(old) + 1) if b <= low or a >= high]
    assume(spans and new != old)
    start, end = draw(st.sampled_from(spans))
    return old, new, start, end, start if end <= low else start + len(put) - (high - low)


class TestWhateverIsEdited:
    @settings(max_examples=300)
    @given(edited_once(st.text("ab X", max_size=12)))
    @example(("aXb", "aXaXb", 0, 1, 0))
    def test_of_one_edit_one_of_both_tellings_is_what_happened(self, edit: tuple[str, str, int, int, int]) -> None:
        """So where both say the same, that is where the place went."""
        old, new, start, end, truly = edit

        assert truly in Edit(old, new).told(start, end)

    @given(edited_once(fresh))
    def test_words_put_elsewhere_never_orphan_a_place(self, edit: tuple[str, str, int, int, int]) -> None:
        old, new, start, end, truly = edit
        assume(len(new) > len(old) and new.translate(str.maketrans("", "", "XYZ")) == old)

        outcome = found(Reanchoring(old, new).again(Anchor.at(old, start, end)))

        assert outcome.fate in {"exact", "moved"}
        assert outcome.anchor.start == truly

    @settings(max_examples=200)
    @given(st.data())
    def test_no_place_is_ever_said_to_hold_words_that_it_does_not(self, data: st.DataObject) -> None:
        words = st.lists(st.sampled_from(["he", "said", "so", "then", "police", "took", "150", "."]), max_size=40)
        old, new = (" ".join(data.draw(words)) for _ in range(2))
        assume(old)
        start = data.draw(st.integers(0, len(old) - 1))
        anchor = Anchor.at(old, start, data.draw(st.integers(start + 1, len(old))))

        outcome = Reanchoring(old, new).again(anchor)

        match outcome:
            case Lost(because, candidates):
                assert because in get_args(OrphanedBecause)
                assert (candidates is not None and candidates > 1) == (because == "ambiguous")
            case Found(fate, there, score):
                assert there == Anchor.at(new, there.start, there.end)
                assert fate == "fuzzy" or there.exact == anchor.exact
                assert (score is None) == (fate != "fuzzy")
                assert score is None or score >= THRESHOLD

    @given(st.data())
    def test_what_is_found_by_likeness_is_better_than_anything_else(self, data: st.DataObject) -> None:
        sentences = st.lists(st.sampled_from([SENTENCE, PREFACE, "He said so.", STORY]), min_size=1, max_size=6)
        old = " ".join(data.draw(sentences))
        new = " ".join(data.draw(sentences)).replace(*data.draw(st.sampled_from([("150", "15"), ("said", "told")])))
        anchor = quote(old, data.draw(st.sampled_from([s for s in (SENTENCE, PREFACE, "He said so.") if s in old])))

        outcome = Reanchoring(old, new).again(anchor)

        if isinstance(outcome, Found) and outcome.fate == "fuzzy":
            near = Edit(old, new).near(anchor.start)
            scores = [one.score for one in Likeness(new).candidates(anchor, near)]
            assert outcome.score == scores[0]
            assert all(scores[0] - score >= MARGIN for score in scores[1:])

    @given(st.lists(st.integers(0, 5), min_size=3, max_size=12), st.data())
    def test_among_sentences_of_which_some_repeat_none_is_taken_for_another(
        self, kinds: list[int], data: st.DataObject
    ) -> None:
        """Each copy stands beside a sentence that stands nowhere else, which any number of edits leave alone."""
        pairs = [
            f"He said so {kind} times. Fact {number} of this trial is on record." for number, kind in enumerate(kinds)
        ]
        held = data.draw(st.integers(0, len(pairs) - 1))
        edited = [
            data.draw(st.sampled_from([pair, f"New sentence {number}. {pair}", f"Replaced {number}.", ""]))
            if number != held
            else pair
            for number, pair in enumerate(pairs)
        ]
        old, new = "\n".join(pairs), "\n".join(filter(None, edited))
        start = old.index(pairs[held])
        exact = pairs[held].partition(".")[0]

        outcome = Reanchoring(old, new).again(Anchor.at(old, start, start + len(exact)))

        if isinstance(outcome, Found):
            assert outcome.anchor.start == new.index(pairs[held])

    @given(few_letters, few_letters)
    def test_what_stays_is_told_in_order_and_is_the_same_in_both_texts(self, old: str, new: str) -> None:
        for way in Edit(old, new)._ways:
            for block in way:
                assert old[block.old : block.old + block.length] == new[block.new : block.new + block.length]
            for one, next in pairwise(way):
                assert one.old + one.length <= next.old
                assert one.new + one.length <= next.new


def repetitive(kind: str) -> tuple[str, str]:
    """A text of half a million code points, and the same after edits."""
    match kind:
        case "one letter":
            old = "a" * 500_000
            return old, "b" + old[:250_000] + "b" + old[:249_000] + "b"
        case "one sentence":
            old = "He said so again. " * 27_000
            return old, "Not yet. " + old[:200_000] + "Never. " + old[:250_000]
        case "numbered":
            lines = [f"On day {n} of the trial witness {n * 7 % 1000} said so again." for n in range(10_000)]
            return "\n".join(lines), "\n".join(s.replace("said", "told") if n % 9 else s for n, s in enumerate(lines))
        case _:
            one, other = (" ".join(f"{c}{n * n % 997}" for n in range(100_000)) for c in "wv")
            return one, other


@pytest.mark.soak
@pytest.mark.parametrize("kind", ["one letter", "one sentence", "numbered", "another text"])
@pytest.mark.parametrize("length", [60, 20_000])
def test_a_thousand_places_in_half_a_million_code_points_are_found_again_or_given_up(kind: str, length: int) -> None:
    old, new = repetitive(kind)
    places = Reanchoring(old, new)

    for number in range(1_000):
        start = number * (len(old) - length) // 1_000
        outcome = places.again(Anchor.at(old, start, start + length))
        if isinstance(outcome, Found) and outcome.fate != "fuzzy":
            assert new.startswith(outcome.anchor.exact, outcome.anchor.start)
