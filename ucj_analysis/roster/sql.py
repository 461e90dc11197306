"""The person-level work, in SQL: rows to spells, spells to counts. People leave here only as counts.

DuckDB runs inside this process, keeps within a memory limit, and may spill to a folder of its own;
it is given no access to any other file, and no population number that is not hashed.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ucj_analysis.errors import InputError, Problem, RunError
from ucj_analysis.participants import UNPAID_MONTHS_COUNTED
from ucj_analysis.roster import files, privacy
from ucj_analysis.roster.files import Coder, Extract
from ucj_analysis.roster.privacy import NIK_REASON, NIK_REASONS, PERSON
from ucj_analysis.scenario import SEGMENTS

Ints = npt.NDArray[np.int64]
MEMORY = "1GB"
_OFF = "autoinstall_known_extensions", "autoload_known_extensions", "preserve_insertion_order"
#: Why a row of a roster is not used; the first are those of the number itself.
REASONS = (*NIK_REASONS, "segment_unknown", "month_missing", "months_reversed")
#: A project's workers are covered to its last month; all others for two unpaid months more.
_CONSTRUCTION = SEGMENTS.index("construction")
TOTAL = len(SEGMENTS)
#: What became of a person on the lists.
ACTIVE, GONE, UNCOVERED = range(3)
ROSTER_CODERS: Mapping[str, Coder] = {
    "segment": files.segment_code,
    "first": files.month_code,
    "last": files.month_code,
    "status": files.gone_code,
}

#: One row in, one row out, no operator that keeps rows back: what holds a number is gone after it.
_TRIMMED = "SELECT * REPLACE (trim(nik, ' ''') AS nik) FROM raw"
_NUMBERED = f"""
    SELECT *, CASE WHEN regexp_full_match(nik, '[0-9]{{16}}') THEN nik::UBIGINT END AS n
    FROM ({_TRIMMED})"""

SCAN_ROSTER = f"""
    SELECT row, reason, segment::TINYINT AS segment, status = 1 AS gone,
           CASE WHEN reason = 0 THEN {PERSON} END AS person,
           first AS start,
           last + CASE WHEN status = 1 OR segment = {_CONSTRUCTION} THEN 0
                       ELSE {UNPAID_MONTHS_COUNTED} END AS stop
    FROM (SELECT *, CASE WHEN of_number <> 0 THEN of_number
                         WHEN segment < 0 THEN 6
                         WHEN first < 0 OR last < 0 THEN 7
                         WHEN last < first THEN 8
                         ELSE 0 END::UTINYINT AS reason
          FROM (SELECT *, {NIK_REASON} AS of_number FROM ({_NUMBERED})))"""

SCAN_REGISTER = f"""
    SELECT row, reason, sub_district, decile::TINYINT AS decile, status = 1 AS gone,
           CASE WHEN reason = 0 THEN {PERSON} END AS person
    FROM (SELECT *, ({NIK_REASON})::UTINYINT AS reason FROM ({_NUMBERED}))"""

#: Spells of one group that touch or overlap are one island: active in every month of it.
_ISLANDS = """
    SELECT person, {segment} AS segment, min(start) AS start, max(stop) AS stop,
           island > 1 AS returned
    FROM (SELECT *, sum(fresh) OVER (PARTITION BY {group} ORDER BY start, stop) AS island
          FROM (SELECT *, CASE WHEN start <= 1 + max(stop) OVER (
                              PARTITION BY {group} ORDER BY start, stop
                              ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
                          THEN 0 ELSE 1 END AS fresh
                FROM several))
    GROUP BY {group}, island"""

_PREPARE = (
    """CREATE TABLE often AS
       SELECT person FROM spells WHERE reason = 0 GROUP BY person HAVING count(*) > 1""",
    """CREATE TABLE several AS
       SELECT person, segment, start, stop FROM spells SEMI JOIN often USING (person)
       WHERE reason = 0""",
    "CREATE TABLE by_segment AS " + _ISLANDS.format(segment="segment", group="person, segment"),
    "CREATE TABLE in_all AS " + _ISLANDS.format(segment=TOTAL, group="person"),
)
#: Most people have one row: it is their island in its segment and in the total.
_COUNTED = f"""
    WITH once AS MATERIALIZED (
        SELECT segment, start, stop, count(*) AS people
        FROM spells ANTI JOIN often USING (person) WHERE reason = 0 GROUP BY ALL)
    SELECT segment, returned, start, stop, sum(people) AS people FROM (
        SELECT segment, false AS returned, start, stop, people FROM once
        UNION ALL SELECT {TOTAL}, false, start, stop, people FROM once
        UNION ALL SELECT segment, returned, start, stop, count(*) FROM by_segment GROUP BY ALL
        UNION ALL SELECT segment, returned, start, stop, count(*) FROM in_all GROUP BY ALL)
    GROUP BY ALL ORDER BY ALL"""

#: Months in which a person is in several segments: counted in the first of them alone.
_TWICE = """
    SELECT segment, month, count(*) FROM (
        SELECT segment, month, min(segment) OVER (PARTITION BY person, month) AS main
        FROM (SELECT person, segment,
                     unnest(range(greatest(start, $first), least(stop, $last) + 1)) AS month
              FROM by_segment SEMI JOIN (
                  SELECT person FROM by_segment GROUP BY person
                  HAVING min(segment) < max(segment)) USING (person)))
    WHERE segment <> main GROUP BY ALL"""

_LISTED = f"""
    WITH active AS (
        SELECT person FROM spells ANTI JOIN often USING (person)
        WHERE reason = 0 AND $last BETWEEN start AND stop
        UNION ALL SELECT person FROM in_all WHERE $last BETWEEN start AND stop),
    away AS (
        SELECT person FROM spells WHERE reason = 0 AND gone
        UNION SELECT person FROM listed WHERE reason = 0 AND gone),
    people AS (
        SELECT person, min(CASE WHEN decile > 0 THEN decile END) AS decile,
               min((CASE WHEN decile > 0 THEN decile ELSE 99 END, place)) AS told
        FROM (SELECT *, $places[sub_district + 1] AS place FROM listed WHERE reason = 0)
        GROUP BY person)
    SELECT coalesce(decile, 0), told[2],
           CASE WHEN person IN (FROM active) THEN {ACTIVE}
                WHEN person IN (FROM away) THEN {GONE} ELSE {UNCOVERED} END AS state,
           count(*)
    FROM people GROUP BY ALL ORDER BY ALL"""


@dataclass(frozen=True)
class Islands:
    """How many people have which stretch of active months: one entry per group of alike ones.

    `segment` is a place among the segments, or `TOTAL`; `returned` marks stretches that are not
    the first; `start` and `stop` are the first and the last active month, as months since year 0.
    """

    segment: Ints
    returned: Ints
    start: Ints
    stop: Ints
    people: Ints


@dataclass(frozen=True)
class Read:
    """What was read of one file, in rows: all, used, said twice, and refused by reason.

    `examples` names the first rows of each reason; row 1 is the header line.
    """

    file: str
    rows: int
    used: int
    repeated: int
    refused: dict[str, int]
    examples: dict[str, list[int]]


class People:
    """A database in memory that holds people as keyed hashes, for as long as one run lasts."""

    def __init__(self, connection: Any, regions: Sequence[str]) -> None:
        self._connection = connection
        bits = privacy.region_bits(list(regions))
        self._given = {"key": privacy.fresh_key(), "regions": bits}
        self._places = files.Places()

    def read_roster(self, extract: Extract) -> Read:
        """Read a roster's rows into spells of active months."""
        self._scan("spells", SCAN_ROSTER, extract, ROSTER_CODERS)
        for statement in _PREPARE:
            self._run(statement)
        return self._told("spells", extract, "(person, segment, start, stop, gone)")

    def read_register(self, extract: Extract) -> Read:
        """Read a list of people by decile and sub-district, beside those read before."""
        coders = {"decile": files.decile_code, "status": files.gone_code}
        self._scan("fresh", SCAN_REGISTER, extract, {"sub_district": self._places.code, **coders})
        told = self._told("fresh", extract, "person")
        self._run("CREATE TABLE IF NOT EXISTS listed AS FROM fresh LIMIT 0")
        self._run("INSERT INTO listed FROM fresh")
        self._run("DROP TABLE fresh")
        return told

    def starts(self) -> tuple[Ints, Ints]:
        """Return each month spells start in, and how many do."""
        rows = self._run(
            "SELECT start, count(*) FROM spells WHERE reason = 0 GROUP BY 1 ORDER BY 1"
        )
        months, people = np.array(rows, dtype=np.int64).reshape(-1, 2).T
        return months, people

    def people(self) -> int:
        """Return how many different people the roster holds."""
        return int(self._run("SELECT count(DISTINCT person) FROM spells WHERE reason = 0")[0][0])

    def islands(self) -> Islands:
        """Return the stretches of active months, counted."""
        return Islands(*np.array(self._run(_COUNTED), dtype=np.int64).reshape(-1, 5).T)

    def twice(self, first: int, last: int) -> list[tuple[int, int, int]]:
        """Return segment, month and people counted in another segment that month."""
        return list(self._run(_TWICE, first=first, last=last))

    def listed(self, last: int) -> list[tuple[int, str, int, int]]:
        """Return decile, sub-district, state and people of the lists, each person once.

        A person is told in the poorest decile named, and in the sub-district named with it; the
        first by alphabet where there are two.
        """
        return list(self._run(_LISTED, last=last, places=self._places.names))

    def _scan(self, table: str, scan: str, extract: Extract, coders: Mapping[str, Coder]) -> None:
        """Let rows stream from a file into a table; what DuckDB or Arrow say of them is not told."""
        import duckdb
        from pyarrow import ArrowException

        try:
            self._connection.register("raw", extract.batches(coders))
            self._connection.execute(f"CREATE TABLE {table} AS {scan}", self._given)
        except (duckdb.Error, ArrowException, OSError, UnicodeError):
            if extract.broken:
                raise InputError(Problem("broken_row", str(extract.path), extract.broken)) from None
            raise RunError(Problem("roster_stopped", str(extract.path), extract.rows)) from None
        finally:
            self._connection.unregister("raw")

    def _told(self, table: str, extract: Extract, alike: str) -> Read:
        reasons = self._run(
            f"SELECT reason, count(*), list(row ORDER BY row)[1:5] FROM {table} "
            "WHERE reason > 0 GROUP BY 1 ORDER BY 1"
        )
        used, different = self._run(
            f"SELECT count(*), count(DISTINCT {alike}) FROM {table} WHERE reason = 0"
        )[0]
        refused = {REASONS[r]: n for r, n, _ in reasons}
        examples = {REASONS[r]: rows for r, _, rows in reasons}
        repeated = used - different
        return Read(extract.path.name, extract.rows, used, repeated, refused, examples)

    def _run(self, statement: str, **given: object) -> list[Any]:
        import duckdb

        def found() -> list[Any]:
            return list(self._connection.execute(statement, given or None).fetchall())

        try:
            try:
                return found()
            except duckdb.OutOfMemoryException:  # each thread holds blocks of its own
                self._connection.execute("SET threads = 1")
                return found()
        except duckdb.Error:
            raise RunError(Problem("roster_stopped")) from None


@contextmanager
def people_of(regions: Sequence[str], memory: str = MEMORY) -> Iterator[People]:
    """Yield an empty database of people; nothing of it is left afterwards.

    Parameters
    ----------
    regions : sequence of str
        Codes of the register: a population number starts with one of four digits.
    memory : str
        What DuckDB may hold before it spills, such as `"1GB"`.
    """
    import duckdb

    config: dict[str, Any] = {"memory_limit": memory, "threads": str(os.cpu_count() or 1)}
    config |= dict.fromkeys(_OFF, "false")
    with privacy.spill_folder() as spill:
        config["temp_directory"] = str(spill)
        with closing(duckdb.connect(":memory:", config=config)) as connection:
            connection.execute("SET enable_external_access = false")
            yield People(connection, regions)
