"""What several tests need: a data folder of one's own, and the command run as a user runs it."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import settings

from ucj_analysis.cli import main
from ucj_analysis.resources import SHIPPED_DATA

# the same examples on every machine, and no clock: speed lives in the benchmarks
settings.register_profile("project", deadline=None, derandomize=True)
settings.load_profile("project")

Edit = Callable[[list[dict[str, str]]], list[dict[str, str]]]


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out)


class DataFolder:
    """A copy of the shipped data that a test may change."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def file(self, table: str) -> Path:
        own = self.path / "regions" / "3318" / f"{table}.csv"
        return own if own.exists() else self.path / f"{table}.csv"

    def edit(self, table: str, change: Edit) -> DataFolder:
        with self.file(table).open(encoding="utf-8", newline="") as lines:
            reader = csv.DictReader(lines)
            names, rows = list(reader.fieldnames or ()), list(reader)
        rows = change(rows)
        with self.file(table).open("w", encoding="utf-8", newline="") as lines:
            writer = csv.DictWriter(lines, names, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
        return self

    def cell(self, table: str, row: int, column: str, value: str) -> DataFolder:
        """Set one cell; row 2 is the first below the header, as in the error messages."""

        def change(rows: list[dict[str, str]]) -> list[dict[str, str]]:
            rows[row - 2][column] = value
            return rows

        return self.edit(table, change)

    def append(self, table: str, **values: str) -> DataFolder:
        return self.edit(table, lambda rows: [*rows, {**dict.fromkeys(rows[0], ""), **values}])


@pytest.fixture
def data(tmp_path: Path) -> DataFolder:
    shutil.copytree(SHIPPED_DATA, tmp_path / "data")
    return DataFolder(tmp_path / "data")


@pytest.fixture
def ucj(capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    def run(*arguments: object) -> Ran:
        code = main([str(a) for a in arguments])
        told = capsys.readouterr()
        return Ran(code, told.out, told.err)

    return run
