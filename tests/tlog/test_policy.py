"""Trust policies: the file to the letter, and which checkpoints satisfy it."""

from dataclasses import replace

import pytest

from domain.tlog.cosignature import Cosigner
from domain.tlog.errors import BadCheckpoint, BadPolicy, BadSignature, TlogError, Unverified
from domain.tlog.keys import SigningKey
from domain.tlog.note import Note, parse_note
from domain.tlog.policy import Policy
from domain.tlog.policyfile import MAX_POLICY
from domain.tlog.schemes import SignatureType
from tests.tlog.parts import LOG_KEY, ORIGIN, OTHER_KEY, TIME, cosigned, log_of, seed

SIGNED = log_of(300).checkpoint(LOG_KEY)
LOG_LINE = f"log {LOG_KEY.verifier.render()}\n"


def witness(name: str, type: SignatureType = SignatureType.COSIGNATURE) -> Cosigner:
    return Cosigner(SigningKey(f"{name.lower()}.example/w", seed(name), type))


WITNESSES = {
    name: witness(name, SignatureType.SUBTREE if name.endswith("1") else SignatureType.COSIGNATURE)
    for name in ("X1", "X2", "X3", "Y1", "Y2", "Y3")
}
VKEYS = {name: each.verifier.render() for name, each in WITNESSES.items()}
X1, X2, Y1 = (f"witness {name} {VKEYS[name]}\n" for name in ("X1", "X2", "Y1"))

# The example of the specification, with keys and URLs.
EXAMPLE = f"""
# Two organisations, both of which must have looked.
log {LOG_KEY.verifier.render()} https://news.example/log

witness X1 {VKEYS["X1"]}
witness X2 {VKEYS["X2"]}\thttps://x2.example/submit
witness X3 {VKEYS["X3"]}
group X-witnesses 2 X1 X2 X3

  witness Y1 {VKEYS["Y1"]}
witness Y2 {VKEYS["Y2"]}
witness Y3 {VKEYS["Y3"]}
\tgroup Y-witnesses any Y1 Y2 Y3 \t
   # not indented any longer
group X-and-Y all X-witnesses Y-witnesses
quorum X-and-Y
"""


def by(*names: str, time: int = TIME) -> bytes:
    return cosigned(SIGNED, *(WITNESSES[name] for name in names), time=time)


@pytest.mark.parametrize(
    ("names", "met"),
    [
        ((), False),
        (("X1", "X2"), False),
        (("X1", "Y1"), False),
        (("Y1", "Y2", "Y3"), False),
        (("X1", "X2", "Y3"), True),
        (("X2", "X3", "Y1", "Y2"), True),
        (("X1", "X2", "X3", "Y1", "Y2", "Y3"), True),
    ],
)
def test_groups_count_their_members(names: tuple[str, ...], *, met: bool) -> None:
    judged = Policy.parse(EXAMPLE).satisfied(by(*names) if names else SIGNED)

    assert judged.met is met
    assert judged.times == tuple((name, TIME) for name in names)
    assert judged.absent == tuple(name for name in WITNESSES if name not in names)
    assert judged.checkpoint.size == 300


def test_the_explanation_names_who_cosigned_and_who_did_not() -> None:
    policy = Policy.parse(EXAMPLE)

    assert policy.satisfied(by("X1", "X2", "Y3")).explanation == (
        "the quorum 'X-and-Y' is met: cosigned by X1, X2, Y3; not by X3, Y1, Y2"
    )
    assert policy.satisfied(SIGNED).explanation == (
        "the quorum 'X-and-Y' is not met: cosigned by nobody; not by X1, X2, X3, Y1, Y2, Y3"
    )


def test_a_file_is_read_with_its_addresses() -> None:
    policy = Policy.parse(EXAMPLE.encode())

    assert [each.url for each in policy.logs] == ["https://news.example/log"]
    assert [(each.name, each.url) for each in policy.witnesses][:2] == [
        ("X1", None),
        ("X2", "https://x2.example/submit"),
    ]
    assert [(each.name, each.threshold) for each in policy.groups] == [
        ("X-witnesses", 2),
        ("Y-witnesses", 1),
        ("X-and-Y", 2),
    ]


def test_no_witness_is_needed_for_the_quorum_none() -> None:
    assert Policy.parse(LOG_LINE + "quorum none\n").satisfied(SIGNED).met
    assert Policy.parse(X1 + LOG_LINE + "quorum none\n").satisfied(by("X1")).times == (("X1", TIME),)
    assert Policy.of_logs([LOG_KEY.verifier]).satisfied(SIGNED).explanation == (
        "the quorum 'none' is met: cosigned by nobody; not by nobody"
    )


def test_a_single_witness_may_be_the_quorum() -> None:
    policy = Policy.parse(LOG_LINE + X1 + "quorum X1\n")

    assert policy.satisfied(by("X1")).met
    assert not policy.satisfied(by("X2")).met


def test_logs_may_be_known_from_elsewhere() -> None:
    policy = Policy.parse(X1 + "quorum X1\n")

    assert policy.satisfied(by("X1"), [LOG_KEY.verifier]).met
    with pytest.raises(Unverified):
        policy.satisfied(by("X1"))


def test_a_log_s_key_counts_only_for_the_origin_of_its_name() -> None:
    foreign = log_of(300, ORIGIN).checkpoint(OTHER_KEY)

    with pytest.raises(Unverified):
        Policy.of_logs([OTHER_KEY.verifier]).satisfied(foreign)


def test_the_latest_of_several_cosignatures_is_told_and_one_that_is_wrong_spoils_all() -> None:
    policy = Policy.parse(LOG_LINE + X2 + "quorum X2\n")
    note = parse_note(SIGNED)
    first, second = (WITNESSES["X2"].cosign(note.text, time) for time in (TIME + 9, TIME))

    assert policy.satisfied(Note(note.text, (*note.signatures, first, second))).times == (("X2", TIME + 9),)
    forged = WITNESSES["X2"].cosign(note.text.replace("300", "301"), TIME)
    with pytest.raises(BadSignature):
        policy.satisfied(Note(note.text, (*note.signatures, first, forged)))


def test_what_is_no_checkpoint_satisfies_nothing() -> None:
    with pytest.raises(BadCheckpoint):
        Policy.parse(EXAMPLE).satisfied(SIGNED.replace(b"\n300\n", b"\n0300\n"))


def test_names_are_octets_and_comments_may_be_anything() -> None:
    policy = Policy.parse(
        b"# caf\xe9\n"
        + f"witness K {VKEYS['X1']}\nwitness \u212a {VKEYS['X2']}\n".encode()
        + b"witness \xff "
        + VKEYS["Y1"].encode()
        + b"\ngroup all 3 K \xe2\x84\xaa \xff\nquorum all\n"
    )

    assert len({each.name for each in policy.witnesses}) == 3
    assert policy.satisfied(by("X1", "X2", "Y1"), [LOG_KEY.verifier]).met


def test_as_many_parts_as_the_specification_recommends_are_read() -> None:
    keys = [witness(f"w{number}") for number in range(40)]
    logs = [SigningKey(f"log{number}.example", seed(f"l{number}")) for number in range(40)]
    lines = [f"log {each.verifier.render()}" for each in logs]
    lines += [f"witness w{number} {each.verifier.render()}" for number, each in enumerate(keys)]
    lines += [f"group g{number} any w{number}" for number in range(40)]
    lines += ["group g all " + " ".join(f"g{number}" for number in range(40)), "quorum g", ""]

    policy = Policy.parse("\n".join(lines))

    checkpoint = log_of(3, "log39.example").checkpoint(logs[39])
    assert policy.satisfied(cosigned(checkpoint, *keys)).met
    assert not policy.satisfied(cosigned(checkpoint, *keys[1:])).met


@pytest.mark.parametrize(
    ("policy", "message"),
    [
        ("", "0 quorum lines"),
        (LOG_LINE, "0 quorum lines"),
        ("quorum none\nquorum none\n", "2 quorum lines"),
        ("quorum none", "does not end with a newline"),
        ("quorum none\r\n", "control character"),
        ("quorum\x0bnone\n", "control character"),
        ("# \x7f\nquorum none\n", "control character"),
        ("quorum\u00a0none\n", "begins with 'quorum"),
        ("quorum\n", "line 1 of the policy has 0 words"),
        ("quorum none none\n", "line 1 of the policy has 2 words"),
        ("\n\nQuorum none\n", "line 3 of the policy begins with 'Quorum'"),
        ("quorum X1\n" + X1, "line 1 of the policy names 'X1', which is not defined above it"),
        ("quorum Z\n", "names 'Z'"),
        ("log\nquorum none\n", "line 1 of the policy has 0 words"),
        (LOG_LINE[:-1] + " a b\nquorum none\n", "line 1 of the policy has 3 words"),
        ("log nonsense\nquorum none\n", "line 1 of the policy has no key: the verifier key has not the parts"),
        (LOG_LINE + LOG_LINE + "quorum none\n", "two logs have one public key"),
        ("witness X1\nquorum none\n", "line 1 of the policy has 1 words"),
        (X1[:-1] + " url more\nquorum none\n", "line 1 of the policy has 4 words"),
        (X1.replace(VKEYS["X1"], LOG_KEY.verifier.render()) + "quorum none\n", "is not a cosigner's"),
        (X1 + X1.replace("witness X1", "witness X9") + "quorum none\n", "two witnesses have one public key"),
        (X1 + Y1.replace("witness Y1", "witness X1") + "quorum none\n", "is defined twice"),
        (X1.replace("witness X1", "witness none") + "quorum none\n", "is called 'none'"),
        (X1 + "group X1 any X1\nquorum X1\n", "is defined twice"),
        (X1 + "group none any X1\nquorum none\n", "is called 'none'"),
        (X1 + "group g any none\nquorum g\n", "names 'none'"),
        (X1 + "group g any\nquorum none\n", "line 2 of the policy has 2 words"),
        (X1 + "group g 0 X1\nquorum g\n", "has the threshold '0'"),
        (X1 + "group g 01 X1\nquorum g\n", "has the threshold '01'"),
        (X1 + "group g some X1\nquorum g\n", "has the threshold 'some'"),
        (X1 + "group g 2 X1\nquorum g\n", "needs 2 of 1 members"),
        (X1 + "group g 99999 X1\nquorum g\n", "has the threshold '99999'"),
        ("group g any X1\n" + X1 + "quorum g\n", "line 1 of the policy names 'X1'"),
        ("group g any g\nquorum g\n", "line 1 of the policy names 'g'"),
        (X1 + "group g any X1 X1\nquorum g\n", "is a member twice"),
        (X1 + Y1 + "group g any X1\ngroup h any X1 Y1\nquorum h\n", "is a member twice"),
        ("#" * MAX_POLICY + "\n", "more than 1048576 bytes"),
    ],
)
def test_what_is_not_to_the_letter_is_no_policy(policy: str, message: str) -> None:
    with pytest.raises(BadPolicy, match=message):
        Policy.parse(policy)


def test_a_policy_made_of_parts_is_held_to_the_same() -> None:
    policy = Policy.parse(EXAMPLE)
    first, second, both = policy.groups

    assert replace(policy, quorum="none").quorum == "none"
    for wrong in (
        {"quorum": "Z"},
        {"groups": (both, first, second)},
        {"groups": (first, second)},
        {"groups": (first, second, both) * 90},
        {"logs": policy.logs * 2},
        {"witnesses": policy.witnesses[1:]},
    ):
        with pytest.raises(BadPolicy):
            replace(policy, **wrong)


def test_a_policy_has_an_end() -> None:
    witnesses = [f"witness w{number} {witness(f'w{number}').verifier.render()}\n" for number in range(257)]

    with pytest.raises(BadPolicy, match="more than 256"):
        Policy.parse("".join(witnesses) + "quorum none\n")


def test_two_types_of_one_public_key_are_one_witness() -> None:
    renamed = witness("X2").verifier.render()
    other = Cosigner(SigningKey("renamed.example/w", seed("X2"), SignatureType.COSIGNATURE)).verifier.render()

    with pytest.raises(TlogError, match="two witnesses have one public key"):
        Policy.parse(f"witness a {renamed}\nwitness b {other}\nquorum none\n")
