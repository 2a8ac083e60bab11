"""What can be wrong with a proof, a tile, a note or a policy: one tree, so that a reader may catch the whole."""


class TlogError(ValueError):
    """Something of the transparency log is not what its specification asks for. The message names what is wrong."""


class BadProof(TlogError):
    """An inclusion or consistency proof, or a proof file, that is malformed or does not hold."""


class BadTile(TlogError):
    """A tile, an entry bundle or a path to one that is malformed, or a tile that does not belong to the tree."""


class BadKey(TlogError):
    """A verifier key, a signing key or a key's name that is malformed, of another type, or ambiguous."""


class BadNote(TlogError):
    """A signed note that is malformed or may not be believed."""


class Unverified(BadNote):
    """A well-formed note that carries no signature of a known key."""


class BadSignature(BadNote):
    """A signature that names a known key and is not that key's signature of the note."""


class Unwitnessed(BadNote):
    """A checkpoint that has not the cosignatures that a policy asks for."""


class BadCheckpoint(BadNote):
    """A note whose text is no checkpoint, or the checkpoint of another log."""


class BadPolicy(TlogError):
    """A policy file that is malformed."""


class BadRequest(TlogError):
    """A request to a witness, or its answer, that is malformed."""
