"""What operators and their programs are told."""

from typing import Literal, NotRequired

from typing_extensions import TypedDict

from api.representations.shapes.parts import Position


class Health(TypedDict):
    """That the process answers."""

    status: Literal["alive"]


class Readiness(TypedDict):
    """Whether ledger and views can be used. `lag` is the number of events by which the slowest view is behind.

    `erasures_pending` counts the erasures of which a trace may be left in a file of the data folder.
    `signing` says whether the log is signed; it has no say in the status.
    """

    status: Literal["ready", "catching up", "unavailable"]
    position: NotRequired[Position]
    lag: NotRequired[int]
    erasures_pending: NotRequired[int]
    signing: NotRequired[Literal["on", "stopped", "off"]]
