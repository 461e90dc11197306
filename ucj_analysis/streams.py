"""Random streams keyed by name: a process draws the same numbers whatever else is drawn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from zlib import crc32

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


def stream(seed: int, *names: str) -> np.random.Generator:
    """Return the generator of one process, independent of the order of calls.

    Keyed so that two scenarios with one seed differ by what they change and by nothing else.

    Examples
    --------
    >>> float(stream(1, "lapse").random()) == float(stream(1, "lapse").random())
    True
    """
    return np.random.Generator(np.random.PCG64([seed, *(crc32(n.encode()) for n in names)]))


#: Beta distributions that uniforms are drawn from instead, by name: first and second parameter.
Tilt = tuple[tuple[str, float, float], ...]


@dataclass(frozen=True)
class Lot:
    """One chunk of paths: its number, how many are drawn, and how; all are kept where `kept` is None.

    Some uniforms may be tilted towards where the published figures are followed. `kept` holds
    places within the chunk, `worth` what each kept path counts for having been drawn so; both as
    bytes, so that equal lots are equal keys.
    """

    chunk: int
    drawn: int
    tilt: Tilt = ()
    kept: bytes | None = None
    worth: bytes | None = None

    def keeping(self, keep: npt.NDArray[np.bool_], worth: Array) -> Lot:
        """Return the lot with some of its paths, and what each counts."""
        places = np.flatnonzero(keep).astype(np.int32)
        return replace(self, kept=places.tobytes(), worth=worth[keep].tobytes())

    @property
    def places(self) -> npt.NDArray[np.int32] | slice:
        """Where the kept paths are within the chunk."""
        return slice(None) if self.kept is None else np.frombuffer(self.kept, np.int32)

    @property
    def size(self) -> int:
        """How many paths are kept."""
        return self.drawn if self.kept is None else len(self.kept) // 4

    @property
    def weights(self) -> Array:
        """What each kept path counts for having been drawn so; all alike where nothing is said."""
        return np.ones(self.size) if self.worth is None else np.frombuffer(self.worth)


Draw = Callable[[np.random.Generator, int], Array]


def drawn_in(lots: Sequence[Lot], seed: int, names: Sequence[str], draw: Draw) -> Array:
    """Return what a named process draws in each lot, the paths kept of all lots side by side.

    Examples
    --------
    >>> lots = [Lot(0, 2), Lot(1, 3).keeping(np.array([False, True, True]), np.ones(3))]
    >>> drawn_in(lots, 7, ["lapse"], lambda rng, n: rng.random(n)).shape
    (4,)
    """
    return _beside([draw(stream(seed, *names, str(t.chunk)), t.drawn)[..., t.places] for t in lots])


def uniforms_in(lots: Sequence[Lot], seed: int, name: str) -> Array:
    """Return the uniforms of a range in each lot, tilted where the lot says so.

    Examples
    --------
    >>> high = Lot(0, 1000, tilt=(("lapse", 4.0, 1.0),))
    >>> bool(uniforms_in([high], 7, "lapse").mean() > 0.75 > uniforms_in([high], 7, "exits").mean())
    True
    """
    from scipy.special import betaincinv

    def of(lot: Lot) -> Array:
        plain = drawn_in([lot], seed, ("uniform", name), lambda rng, n: rng.random(n))
        tilted = [(a, b) for which, a, b in lot.tilt if which == name]
        return np.asarray(betaincinv(*tilted[0], plain)) if tilted else plain

    return _beside([of(lot) for lot in lots])


def _beside(parts: list[Array]) -> Array:
    return parts[0] if len(parts) == 1 else np.concatenate(parts, axis=-1)
