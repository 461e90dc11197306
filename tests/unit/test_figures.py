"""Pictures compared with pictures kept, in both languages."""

from __future__ import annotations

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

from ucj_analysis import ask, backtest, forecast, status
from ucj_analysis.planning.what_it_takes import what_it_takes
from ucj_analysis.presentation.churn_figures import base_figure, churn_figure, segments_figure
from ucj_analysis.presentation.language import words
from ucj_analysis.presentation.outlook_figures import fan_figure, reference_class_figure
from ucj_analysis.presentation.plan_figures import frontier_figure, plan_figure
from ucj_analysis.presentation.standing_figures import coverage_figure, waterfall_figure
from ucj_analysis.presentation.track_figures import reliability_figure
from ucj_analysis.presentation.what_if_figures import scenarios_figure, tornado_figure
from ucj_analysis.record.observations import load_table
from ucj_analysis.record.schemas import GROWTH_PAIRS
from ucj_analysis.scoring import known_pairs
from ucj_analysis.sensitivity import swings

SEEN = forecast(ask(paths=2_000))
NOW = status(ask())
RANKED = swings(ask())
COMPARED = [
    forecast(ask(paths=1_000, scenario=s)) for s in ("baseline", "layoff-shock", "combined")
]
WHOLE = backtest(load_table(GROWTH_PAIRS), apart="Kabupaten Pati")
TAKEN = what_it_takes(ask(paths=2_000))
MODEST = what_it_takes(ask(paths=2_000, target=0.35))
HELD = what_it_takes(ask(paths=2_000, target=0.31), aim="hold")
DRAW = {
    "coverage": lambda w: coverage_figure(NOW, w),
    "waterfall": lambda w: waterfall_figure(NOW, w),
    "fan": lambda w: fan_figure(SEEN, w),
    "reference_class": lambda w: reference_class_figure(SEEN, known_pairs(NOW), w),
    "churn": lambda w: churn_figure(SEEN, w),
    "base": lambda w: base_figure(SEEN, w),
    "segments": lambda w: segments_figure(SEEN, w),
    "tornado": lambda w: tornado_figure(RANKED, w),
    "scenarios": lambda w: scenarios_figure(COMPARED, w),
    "reliability": lambda w: reliability_figure(WHOLE, w),
    "plan": lambda w: plan_figure(TAKEN, w),
    "plan_modest": lambda w: plan_figure(MODEST, w),
    "plan_held": lambda w: plan_figure(HELD, w),
    "frontier": lambda w: frontier_figure(TAKEN, w),
    "frontier_modest": lambda w: frontier_figure(MODEST, w),
}


@pytest.mark.parametrize("lang", ["id", "en"])
@pytest.mark.parametrize("name", DRAW)
@pytest.mark.mpl_image_compare(
    baseline_dir="pictures", savefig_kwargs={"dpi": 80}, style="default", tolerance=3
)
def test_picture(name, lang):
    return DRAW[name](words(lang)).figure


@pytest.mark.parametrize("name", DRAW)
def test_same_figure_same_bytes_and_words_for_those_who_do_not_see(name):
    w = words("id")
    first, second = DRAW[name](w), DRAW[name](w)
    assert first.png() == second.png()
    assert first.name == name.split("_")[0] or first.name == name
    assert len(first.alt) > 40


@pytest.mark.parametrize("lang", ["id", "en"])
@pytest.mark.parametrize("name", DRAW)
def test_no_text_overlaps_another_or_leaves_the_picture(name, lang):
    figure = DRAW[name](words(lang)).figure
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    axes, renderer = figure.axes[0], canvas.get_renderer()
    ticks = []
    for axis, (low, high) in ((axes.xaxis, axes.get_xlim()), (axes.yaxis, axes.get_ylim())):
        places = zip(axis.get_ticklocs(), axis.get_ticklabels(), strict=True)
        ticks += [t for at, t in places if low <= at <= high]
    texts = [
        t
        for t in [
            *axes.texts,
            *ticks,
            axes.xaxis.label,
            axes.yaxis.label,
            figure._suptitle,
            figure._supxlabel,
        ]
        if t is not None and t.get_text()
    ]
    boxes = [(t.get_text(), t.get_window_extent(renderer)) for t in texts]
    for i, (text, box) in enumerate(boxes):
        assert box.x0 >= -1 and box.y0 >= -1, text
        assert box.x1 <= figure.bbox.x1 + 1 and box.y1 <= figure.bbox.y1 + 1, text
        for other, second in boxes[i + 1 :]:
            assert not box.overlaps(second), (text, other)


@pytest.mark.parametrize("name", DRAW)
def test_letters_stay_readable_on_a_phone(name):
    figure = DRAW[name](words("id")).figure
    FigureCanvasAgg(figure).draw()
    points = min(t.get_fontsize() for t in figure.findobj(Text) if t.get_text())
    column = 328  # CSS pixels left of a phone's 360
    assert points * column / (72 * figure.get_figwidth()) >= 9


@pytest.mark.parametrize(
    "asked", [{"as_of": "2024-12"}, {"target_month": "2027-12"}, {"target": 0.4}]
)
def test_the_fan_of_other_questions_keeps_its_labels_apart(asked):
    figure = fan_figure(forecast(ask(paths=500, **asked)), words("id")).figure
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    renderer = canvas.get_renderer()
    axis = figure.axes[0].get_window_extent(renderer)
    boxes = [t.get_window_extent(renderer) for t in figure.axes[0].texts if t.get_text()]
    assert all(box.x0 > axis.x0 - 1 and box.x1 <= figure.bbox.x1 + 1 for box in boxes)
    for i, box in enumerate(boxes):
        assert not any(box.overlaps(other) for other in boxes[i + 1 :])


def test_drawing_leaves_the_readers_style_alone():
    from matplotlib import rcParams

    before = dict(rcParams)
    fan_figure(SEEN, words("id")).png()
    assert dict(rcParams) == before
