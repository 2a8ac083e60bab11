"""What the figures were measured on: they mean nothing without it."""

import os
import platform
import sqlite3
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from time import perf_counter

FLUSHES = 200
PACKAGES = ("eventsourcing", "fastapi", "uvicorn", "pydantic")


def describe(folder: Path) -> dict[str, str]:
    """The machine, the programs and the disk under `folder`. A disk that flushes in no time is none."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    load = " ".join(f"{value:.2f}" for value in os.getloadavg())
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "machine": f"{cores} cores, {_processor()}, {platform.system()} {platform.release()}",
        "disk": f"{_file_system(folder)} at {folder}, {_flushes(folder):,.0f} flushes of 4 KiB a second",
        "busy": f"load average {load} before the run",
        "programs": ", ".join(
            (
                f"Python {platform.python_version()}",
                f"SQLite {sqlite3.sqlite_version}",
                *(f"{package} {version(package)}" for package in PACKAGES),
            )
        ),
    }


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor() or platform.machine())


def _file_system(folder: Path) -> str:
    mounts = Path("/proc/mounts")
    lines = mounts.read_text(encoding="utf-8").splitlines() if mounts.exists() else []
    above = {str(path) for path in (folder.resolve(), *folder.resolve().parents)}
    found = [(len(at), kind) for _, at, kind, *_ in map(str.split, lines) if at in above]
    return max(found)[1] if found else "unknown file system"


def _flushes(folder: Path) -> float:
    path = folder / "flush"
    with path.open("wb", buffering=0) as file:
        began = perf_counter()
        for _ in range(FLUSHES):
            file.write(bytes(4096))
            os.fsync(file.fileno())
        took = perf_counter() - began
    path.unlink()
    return FLUSHES / took
