"""Which paths are worth running: more are drawn where too few follow the published figures.

Where a region's own months lie in a corner of what is assumed, a few of thousands of paths carry all
the weight. Drawing up to the month asked about is cheap: further rounds draw the ranges nearer to
where the figures are followed, and each path counts by how likely all rounds together were to draw
it (incremental mixture importance sampling, Raftery and Bao 2010). What then carries no weight is
not run any further.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from ucj_analysis.errors import InputError, Problem, Share
from ucj_analysis.projection import History, hardest_figure, project
from ucj_analysis.scenario import Scenario
from ucj_analysis.streams import Lot, Tilt, uniforms_in

Array = npt.NDArray[np.float64]
Lots = tuple[Lot, ...]
#: Equal paths that the weighted ones must be worth, as a share of those asked for.
LEAST_WORTH = 0.03
#: Rounds of further draws, and chunks in each.
ROUNDS, CHUNKS = 8, 2
#: Fewer equal paths than this tell no chance.
FEWEST_WORTH = 20
#: Equal paths that a round learns from: fewer would tell chance from where the figures lie.
LEARNT_FROM = 200
#: A range is drawn elsewhere where its uniforms lie so much nearer together, or so far off.
LEAST_TILT = 0.1
#: Weight that may be left behind with paths that hardly follow the figures.
LEFT_BEHIND = 0.01


@lru_cache(maxsize=8)
def scouted(
    history: History, baseline: Scenario, paths: int, seed: int, size: int
) -> tuple[Lots, ...]:
    """Return the lots of paths to run, those of one group side by side.

    As many as asked for, in chunks, where they follow the published figures well enough. Else
    more are drawn until those that do are worth 3% of the number asked for, and only those that
    carry weight are kept.

    Parameters
    ----------
    history : History
        What was published.
    baseline : Scenario
        What is assumed up to the month asked about.
    paths, seed : int
        Paths asked for, and their seed.
    size : int
        Paths of a chunk.

    Raises
    ------
    InputError
        `no_path_reproduces`, and `too_few_paths_reproduce` where the most draws leave fewer than
        20 equal paths: both name the figure that is hardest to follow.

    Examples
    --------
    >>> from ucj_analysis.record.observations import load_observations
    >>> from ucj_analysis.scenario_files import load_scenario
    >>> told = History("3318", tuple(load_observations("3318")))
    >>> [[lot.drawn for lot in lots] for lots in scouted(told, load_scenario("baseline"), 300, 1, 200)]
    [[200], [100]]
    """
    asked = [Lot(n, min(size, paths - n * size)) for n in range(-(-paths // size))]
    drawn = _Drawn(history, baseline, seed)
    drawn.add(asked, check=True)
    least = LEAST_WORTH * paths
    if drawn.worth >= least:
        return tuple((lot,) for lot in asked)
    for _ in range(ROUNDS):
        tilt = drawn.tilt()
        drawn.add([Lot(len(drawn.lots) + n, size, tilt) for n in range(CHUNKS)])
        if drawn.worth >= least:
            break
    if drawn.worth < min(FEWEST_WORTH, least):
        raise _too_few(drawn, size)
    return (drawn.kept(),)


class _Drawn:
    """Paths drawn so far up to the month asked about, round by round."""

    def __init__(self, history: History, baseline: Scenario, seed: int) -> None:
        self.history, self.seed = history, seed
        self.baseline = baseline.for_region(history.region)
        stated = self.baseline.stated().items()
        self.names = ["start", *(name for name, range_ in stated if range_.low < range_.high)]
        self.lots: list[Lot] = []
        self.likelihood = np.empty(0)
        self._uniforms: list[Array] = []

    def add(self, lots: list[Lot], check: bool = False) -> None:
        """Draw further lots, and see how well their paths follow the figures."""
        ranges = self.history, 0, self.baseline, self.baseline
        for lot in lots:
            moved = project(*ranges, lot.size, self.seed, check=check, lots=(lot,))
            found = moved.weights * (moved.evidence * lot.size)
            self.likelihood = np.append(self.likelihood, found)
        self.lots += lots

    @property
    def uniforms(self) -> Array:
        """Uniforms of each range, shape (ranges, paths); drawn when first asked for."""
        for lot in self.lots[len(self._uniforms) :]:
            told = [uniforms_in([lot], self.seed, name) for name in self.names]
            self._uniforms.append(np.stack(told))
        return np.concatenate(self._uniforms, axis=1)

    @property
    def offered(self) -> Array:
        """How likely all rounds together were to draw each path, beside drawing all alike."""
        rounds: dict[Tilt, int] = {}
        for lot in self.lots:
            rounds[lot.tilt] = rounds.get(lot.tilt, 0) + lot.drawn
        densities = sum(n * self._density(tilt) for tilt, n in rounds.items())
        return np.asarray(densities / self.likelihood.size)

    def _density(self, tilt: Tilt) -> Array:
        from scipy.special import betaln, xlog1py, xlogy

        told = np.zeros(self.likelihood.size)
        uniforms = self.uniforms if tilt else told
        for name, a, b in tilt:
            u = uniforms[self.names.index(name)]
            told += xlogy(a - 1, u) + xlog1py(b - 1, -u) - betaln(a, b)
        return np.exp(told)

    @property
    def weights(self) -> Array:
        """Weight of each path; they sum to one."""
        found = self.likelihood / self.offered
        return np.asarray(found / found.sum())

    @property
    def worth(self) -> float:
        """How many equal paths the weighted ones are worth."""
        return float(1 / (self.weights**2).sum())

    def tilt(self) -> Tilt:
        """Return where to draw next: Beta distributions with mean and spread of the paths that follow."""
        weights = self._tempered()
        uniforms = self.uniforms
        mean = uniforms @ weights
        variance = (uniforms - mean[:, None]) ** 2 @ weights
        told = []
        for name, m, v in zip(self.names, mean.tolist(), variance.tolist(), strict=True):
            if abs(m - 0.5) > LEAST_TILT or v < (1 - LEAST_TILT) / 12:
                both = max(m * (1 - m) / v - 1, 1.0)
                told.append((name, m * both, (1 - m) * both))
        return tuple(told)

    def _tempered(self) -> Array:
        """Return the weights, flattened until enough paths carry them to learn from."""
        logs = np.log(np.maximum(self.weights, 1e-300))
        for power in 0.8 ** np.arange(30):
            found = np.exp(power * (logs - logs.max()))
            found /= found.sum()
            if 1 / (found**2).sum() >= LEARNT_FROM:
                break
        return np.asarray(found)

    def kept(self) -> Lots:
        """Return the lots without the lightest paths, which together carry hardly any weight."""
        ranked = np.sort(self.weights)
        least = ranked[np.searchsorted(ranked.cumsum(), LEFT_BEHIND)]
        ends = np.cumsum([lot.drawn for lot in self.lots])[:-1]
        keep, worth = (np.split(v, ends) for v in (self.weights >= least, 1 / self.offered))
        lots = (lot.keeping(k, v) for lot, k, v in zip(self.lots, keep, worth, strict=True))
        return tuple(lot for lot in lots if lot.size)


def _too_few(drawn: _Drawn, size: int) -> InputError:
    history = drawn.history
    told = hardest_figure(history, drawn.baseline, size, drawn.seed)
    fields: dict[str, object] = {
        "month": str(told.month),
        "coverage": Share(told.coverage),
        "figures": told.figures,
        "before": Share(history.observations[0].coverage),
        "before_month": str(history.start),
        "worth": int(drawn.worth),
        "drawn": drawn.likelihood.size,
        "known": len(history.observations),
    }
    problem = Problem("too_few_paths_reproduce", value=f"{told.coverage:g}", fields=fields)
    return InputError(problem)
