"""How last month's file was laid out: kept beside the region's table, used where it still fits."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import Field, StrictInt, ValidationError

from ucj_analysis.errors import InputError, Problem
from ucj_analysis.intake.cells import Style
from ucj_analysis.intake.headings import NAMES
from ucj_analysis.intake.layout import Grid, Layout, head_at
from ucj_analysis.intake.workbook import Book
from ucj_analysis.quantities import Frozen
from ucj_analysis.toml_files import TomlFile, known_keys, read_toml

MAPPING = "import.toml"
SCHEMA_VERSION: Literal[1] = 1
MOST_LETTERS = 3
#: No sheet has more.
MOST_ROWS = 1_048_576


class SavedColumn(Frozen):
    """What a column meant, and what stood over it."""

    meaning: str
    head: str


class SavedLayout(Frozen):
    """Sheet, header rows, columns and number style of the last file."""

    schema_version: Literal[1] = SCHEMA_VERSION
    sheet: str
    first: StrictInt = Field(ge=1)
    last: StrictInt = Field(ge=1, le=MOST_ROWS)
    numbers: Style | None = None
    column: dict[str, SavedColumn]

    def columns(self) -> dict[int, str]:
        """Meanings by column number."""
        return {column_number(n): c.meaning for n, c in self.column.items()}

    def fits(self, book: Book) -> bool:
        """Tell whether a file has the same heads in the same places."""
        alone = book.kind == "text"
        for sheet in book.sheets:
            if alone or sheet.name == self.sheet:
                grid = Grid(sheet, "", alone)
                return all(
                    head_at(grid, self.first, self.last, column_number(n)) == c.head
                    for n, c in self.column.items()
                )
        return False


def column_number(name: str) -> int:
    """Return a column's number, 0 where the letters name none.

    Examples
    --------
    >>> column_number("AB"), column_number("?")
    (28, 0)
    """
    number = 0
    if len(name) > MOST_LETTERS or not (name.isascii() and name.isalpha()):
        return 0
    for letter in name.upper():
        number = 26 * number + ord(letter) - 64
    return number


def load_mapping(folder: Path) -> SavedLayout | None:
    """Return how the last file of a region was laid out, None where none was imported.

    Raises
    ------
    InputError
        With line and key of what is wrong in the file.
    """
    path = folder / MAPPING
    if not path.is_file():
        return None
    text, values = read_toml(path, MAPPING)
    told = TomlFile(path, text, values, (), known_keys(SavedLayout, SavedColumn), MAPPING)
    try:
        saved = SavedLayout.model_validate(values)
    except ValidationError as error:
        raise InputError(*told.problems(error)) from error
    for name, column in saved.column.items():
        if column.meaning not in NAMES or not column_number(name):
            allowed = {"allowed": ", ".join(sorted(NAMES))}
            found = f"{name} = {column.meaning}"
            raise InputError(Problem("not_allowed", str(path), 0, "column", found, allowed))
    return saved


def mapping_text(layout: Layout, styles: Mapping[str, Style]) -> str:
    """Return a layout as a file that a person can read and mend."""
    import tomli_w

    values = {
        "schema_version": SCHEMA_VERSION,
        "sheet": layout.grid.sheet.name,
        "first": layout.first,
        "last": layout.last,
        **({"numbers": next(iter(styles.values()))} if len(set(styles.values())) == 1 else {}),
        "column": {n: {"meaning": m, "head": h} for n, (m, h) in layout.heads.items()},
    }
    return tomli_w.dumps(values)
