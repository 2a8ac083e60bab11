"""Whether receipts are true: what each projection came to at a position, made again from the ledger."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from api.checks.records import Receipt
from domain.desk.events import ProjectionDigest
from domain.ledger.audit import Finding
from projections.projection import Projection
from projections.rebuilding import Claimed


@dataclass(frozen=True, slots=True)
class Sorted:
    """What receipts say, as far as this code can compare it.

    `compared` counts the receipts of which something is, `incomparable` those that are of other code throughout.
    """

    claims: tuple[Claimed, ...]
    compared: int
    incomparable: int
    findings: tuple[Finding, ...]


def sort_out(receipts: Sequence[Receipt], projections: Sequence[Projection]) -> Sorted:
    """What of the receipts can be compared: digests of projections of the same version, below the receipt's position.

    A receipt that speaks of what came after it is a finding.
    """
    versions = {projection.NAME: projection.VERSION for projection in projections}
    claims: list[Claimed] = []
    findings: list[Finding] = []
    compared = 0
    for receipt in receipts:
        upto = receipt.said.upto
        if not 0 < upto < receipt.position:
            findings.append(Finding(receipt.position, receipt.stream, f"The receipt is of position {upto}."))
            continue
        comparable = [each for each in receipt.said.projections if versions.get(each.projection) == each.version]
        compared += bool(comparable)
        claims.extend(Claimed(each.projection, upto, each.digest) for each in comparable)
    incomparable = len(receipts) - compared - len(findings)
    return Sorted(tuple(claims), compared, incomparable, tuple(findings))


def judged(receipts: Sequence[Receipt], wrong: Sequence[tuple[Claimed, str | None]]) -> Iterator[Finding]:
    """The findings, of the receipts whose claims are wrong."""
    right = {(claim.projection, claim.position, claim.digest): digest for claim, digest in wrong}
    for receipt in receipts:
        for each in receipt.said.projections:
            place = each.projection, receipt.said.upto, each.digest
            if place in right:
                yield _wrong(receipt, each, right[place])


def _wrong(receipt: Receipt, said: ProjectionDigest, right: str | None) -> Finding:
    what = f"what the projection {said.projection} came to at position {receipt.said.upto}"
    detail = f"The receipt does not tell {what}."
    if right is None:
        detail = f"The receipt tells {what}, where no command ends."
    return Finding(receipt.position, receipt.stream, detail, right, said.digest)
