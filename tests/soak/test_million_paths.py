"""A million paths say what ten thousand say, only more finely."""

from __future__ import annotations

import pytest

from ucj_analysis import ask, forecast


@pytest.mark.soak
def test_a_million_paths_agree_with_ten_thousand():
    few, many = forecast(ask()), forecast(ask(paths=1_000_000))
    assert many.ensemble.coverage.shape == (9, 1_000_000)
    assert many.ensemble.weights.sum() == pytest.approx(1)
    assert many.ensemble.effective_sample_size > 50 * few.ensemble.effective_sample_size
    for level in ("p05", "p50", "p95"):
        assert many.coverage[level] == pytest.approx(few.coverage[level], abs=0.002)
    assert 0 < many.probability <= few.probability_bound
