"""Published accuracy and answers worked out again, beside the figures kept in `accuracy.json`.

There each figure has how far it may move, a part of its size, and the words of README.md that
print it, if any. A change that is meant is taken up by `make bench-short RENEW=1`; the words in
README.md are then changed by hand.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np

from tests.benchmarks.results import ROOT
from tests.benchmarks.series_views import crps, held, made, own, persistence
from tests.truths import TRUTHS
from ucj_analysis import ask, forecast, status
from ucj_analysis.planning.plan import least_cost_plan
from ucj_analysis.record.observations import load_table
from ucj_analysis.record.schemas import GROWTH_PAIRS
from ucj_analysis.scoring import backtest, known_backtest

KEPT = Path(__file__).with_name("accuracy.json")
SERIES, FIRST_SEED = 10, 7_000


def figures() -> dict[str, float]:
    """Return every figure by its name, as the package gives it now."""
    return _reference_class() | _own_series() | _pati() | _plans()


def _reference_class() -> dict[str, float]:
    told = status(ask())
    found = backtest(load_table(GROWTH_PAIRS), apart=told.question.region_name)
    known = known_backtest(told)
    assert found.gain_interval is not None and known is not None and known.gain is not None
    error = {name: found.rows[f"crps_{name}"].mean() for name in ("model", "persistence")}
    walk = found.rows["crps_spread_persistence"].mean()
    return {
        "reference class: windows": len(found.rows),
        "reference class: CRPS, points": error["model"],
        "reference class: CRPS over persistence with a spread": error["model"] / walk,
        "reference class: CRPS over plain persistence": error["model"] / error["persistence"],
        "reference class: outcomes in the 90% range": int(found.rows["hit_90"].sum()),
        "reference class: outcomes in the 50% range": int(found.rows["hit_50"].sum()),
        "reference class: gain, low end": found.gain_interval[0],
        "reference class: gain, high end": found.gain_interval[1],
        "reference class, windows known: CRPS over persistence with a spread": 1 - known.gain,
    }


def _own_series() -> dict[str, float]:
    kinds = list(TRUTHS)
    scores, hits = [], 0
    for n in range(SERIES):
        told, came = made(kinds[n % len(kinds)], FIRST_SEED + n)
        seen = own(told)
        scores.append((crps(seen, came).mean(), crps(persistence(told), came).mean()))
        hits += int(held(seen, came).sum())
    ours, still = np.mean(scores, axis=0)
    return {
        "own series: CRPS, points": ours,
        "own series: CRPS over persistence with a spread": ours / still,
        "own series: months of 90 in the 90% range": hits,
    }


def _pati() -> dict[str, float]:
    seen = forecast(ask())
    levels = {f"Pati, December 2025: {name}": value for name, value in seen.coverage.items()}
    return {
        "Pati: participants needed": status(ask()).net_needed,
        **levels,
        "Pati: probability told": seen.probability_bound,
    }


def _plans() -> dict[str, float]:
    furthest, cheapest = least_cost_plan(ask()), least_cost_plan(ask(target=0.35))
    return {
        "plan: coverage without": furthest.coverage_without,
        "plan: coverage with all levers": furthest.coverage_reached,
        "plan: cost of all levers, Rp billion": furthest.cost / 1e9,
        "plan: least cost of 35%, Rp billion": cheapest.cost / 1e9,
    }


def kept() -> dict[str, dict[str, Any]]:
    """Return the figures kept: value, tolerance, and the words that print it."""
    return dict(json.loads(KEPT.read_text(encoding="utf-8")))


def renew(found: dict[str, float]) -> None:
    """Keep these figures; how far each may move and its words stay."""
    stated = kept()
    new = {name: {**stated[name], "value": round(value, 8)} for name, value in found.items()}
    text = json.dumps(new, indent=1, ensure_ascii=False) + "\n"
    KEPT.write_text(text, encoding="utf-8", newline="\n")


def drift(found: dict[str, float], stated: dict[str, dict[str, Any]]) -> list[str]:
    """Return a sentence for each figure that moved, came, went, or is printed otherwise."""
    told = [f"{name}: kept, and worked out no more" for name in stated.keys() - found.keys()]
    told += [f"{name}: worked out, and not kept" for name in found.keys() - stated.keys()]
    readme = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    for name in stated.keys() & found.keys():
        value, figure = found[name], stated[name]
        if abs(value - figure["value"]) > figure["tolerance"] * abs(figure["value"]):
            told.append(f"{name}: {value:.6g}, kept {figure['value']:.6g}")
        words = re.sub(r"-(?=\d)", "−", figure.get("printed", "").format(value))
        if words not in readme:
            told.append(f"{name}: README.md does not say «{words}»")
    return sorted(told)
