"""The transparency log as files for any web server: what `/log` answers, tile by tile (C2SP tlog-tiles)."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from api.bootstrap import House
from api.files import put_in_place
from api.log import entries, hashes, signed_size
from domain.errors import NotCaughtUp, RuleBroken, StoreUnavailable
from domain.tlog.tiles import WIDTH, TileId, bundles_of, tile_path, tiles_of
from projections.engine import Progress
from projections.log.tiles import Tiles

_PUBLIC: Final = 0o644


def export_log(house: House, folder: Path, progress: Progress = lambda *_: None) -> int:
    """Writes the log up to the checkpoint that everybody is shown; gives its size.

    Full tiles that are there already are left alone, so that a later export adds only what is new. The checkpoint comes
    last: whoever reads meanwhile finds every tile of the one that is there. Raises `RuleBroken` if nothing has been
    signed, `NotCaughtUp` if the views are behind, and `StoreUnavailable` if the folder cannot be written.
    """
    note, size = house.book.now(), signed_size(house)
    key = house.newsroom.desk.key
    if note is None or key is None:
        raise RuleBroken("Nothing has been signed yet, so there is no log to export.")
    try:
        for id in tiles_of(size):
            _write(folder / tile_path(id), partial(_hashes, house, id, size), keep=id.full)
        for part in bundles_of(size):
            _write(folder / tile_path(part), partial(entries, house, part), keep=part.full)
            progress(part.index * WIDTH + part.width, size)
        put_in_place(folder / "vkey", f"{key.vkey}\n".encode(), _PUBLIC)
        put_in_place(folder / "checkpoint", note, _PUBLIC)
    except OSError as error:
        raise StoreUnavailable(f"The log cannot be written to {folder} ({error}).") from error
    return size


def _write(path: Path, make: Callable[[], bytes], *, keep: bool) -> None:
    if keep and path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    put_in_place(path, make(), _PUBLIC)


def _hashes(house: House, id: TileId, size: int) -> bytes:
    found = hashes(house, id)
    if found is None:
        raise NotCaughtUp(size, house.views.positions().get(Tiles.NAME, 0))
    return found
