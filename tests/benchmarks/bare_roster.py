"""The same counts in bare SQL, as an analyst would write them, with the numbers as they are."""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb

LAST = 2023 * 12 + 35
MONTH = "try_cast(left({0}, 4) AS INTEGER) * 12 + try_cast(right({0}, 2) AS INTEGER) - 1"
GOOD = """regexp_full_match(nik, '[0-9]{16}') AND nik[13:16] <> '0000' AND nik[5:6] <> '00'
    AND nik[1:4] <> '0000' AND nik[9:10]::INTEGER BETWEEN 1 AND 12
    AND nik[7:8]::INTEGER % 40 BETWEEN 1 AND 31 AND nik[7:8]::INTEGER <= 71"""
ISLANDS = """
    SELECT nik, {segment} AS segment, min(first) AS first, max(stop) AS stop, island > 1 AS again
    FROM (SELECT *, sum(fresh) OVER (PARTITION BY {group} ORDER BY first, stop) AS island
          FROM (SELECT *, CASE WHEN first <= 1 + max(stop) OVER (
                              PARTITION BY {group} ORDER BY first, stop
                              ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
                          THEN 0 ELSE 1 END AS fresh FROM spells))
    GROUP BY {group}, island"""


def main(roster: Path, *registers: Path) -> int:
    c = duckdb.connect(config={"memory_limit": "1GB", "temp_directory": "", "threads": 2})
    c.execute("SET preserve_insertion_order = false")
    c.execute(f"""CREATE TABLE spells AS SELECT nik, segment, first,
            last + CASE WHEN segment = 'Jasa Konstruksi' OR status <> 'Aktif' THEN 0 ELSE 2 END AS stop
        FROM (SELECT trim("NIK", ' ''') AS nik, "Segmen" AS segment, "Status" AS status,
                     {MONTH.format('"Bulan Masuk"')} AS first,
                     {MONTH.format('"Bulan Bayar Terakhir"')} AS last
              FROM read_csv('{roster}', all_varchar = true))
        WHERE CASE WHEN length(nik) = 16 THEN {GOOD} ELSE false END
          AND segment <> '?' AND last >= first""")
    c.execute("CREATE TABLE apart AS " + ISLANDS.format(segment="segment", group="nik, segment"))
    c.execute("CREATE TABLE once AS " + ISLANDS.format(segment="'all'", group="nik"))
    c.execute("CREATE TABLE islands AS FROM apart UNION ALL FROM once")
    counts = c.execute(
        "SELECT segment, again, first, stop, count(*) FROM islands GROUP BY ALL"
    ).fetchall()
    c.execute(f"""SELECT segment, month, count(*) FROM (
            SELECT segment, month, min(segment) OVER (PARTITION BY nik, month) AS main
            FROM (SELECT nik, segment,
                         unnest(range(greatest(first, {LAST - 35}), least(stop, {LAST}) + 1)) AS month
                  FROM apart SEMI JOIN (SELECT nik FROM apart GROUP BY nik
                      HAVING min(segment) < max(segment)) USING (nik)))
        WHERE segment <> main GROUP BY ALL""").fetchall()
    files = ", ".join(f"'{path}'" for path in registers)
    c.execute(f"""CREATE TABLE listed AS
        SELECT trim("No. KTP", ' ''') AS nik, "Kecamatan" AS place,
               try_cast("Desil" AS INTEGER) AS decile, "Keterangan" <> '' AS gone
        FROM read_csv([{files}], all_varchar = true)
        WHERE CASE WHEN length(trim("No. KTP", ' ''')) = 16
                   THEN regexp_full_match(trim("No. KTP", ' '''), '[0-9]{{16}}') ELSE false END""")
    pool = c.execute(f"""SELECT decile, place, count(*) FROM (
            SELECT nik, min(decile) AS decile, min(place) AS place, bool_or(gone) AS gone
            FROM listed GROUP BY nik)
        ANTI JOIN (SELECT nik FROM once WHERE {LAST} BETWEEN first AND stop) USING (nik)
        WHERE gone IS NOT true GROUP BY ALL""").fetchall()
    return len(counts) + len(pool)


if __name__ == "__main__":
    assert main(*(Path(p) for p in sys.argv[1:]))
