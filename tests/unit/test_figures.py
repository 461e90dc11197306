"""Pictures compared with pictures kept, in both languages."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

from tests.synthetic import made_up, with_series
from ucj_analysis import ask, backtest, forecast, status
from ucj_analysis.planning.around import frontier
from ucj_analysis.planning.what_it_takes import what_it_takes
from ucj_analysis.presentation.canvas import TARGET, stacked
from ucj_analysis.presentation.churn_figures import base_figure, churn_figure, segments_figure
from ucj_analysis.presentation.language import words
from ucj_analysis.presentation.outlook_figures import fan_figure, reference_class_figure
from ucj_analysis.presentation.plan_figures import frontier_figure, plan_figure
from ucj_analysis.presentation.plan_words import claim
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


def assert_texts_apart(figure):
    """No text of a picture, its ticks too, stands on another or leaves the picture."""
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


@pytest.mark.parametrize("lang", ["id", "en"])
@pytest.mark.parametrize("name", DRAW)
def test_no_text_overlaps_another_or_leaves_the_picture(name, lang):
    assert_texts_apart(DRAW[name](words(lang)).figure)


@pytest.mark.parametrize("lang", ["id", "en"])
@pytest.mark.parametrize("times, unit", [(4e-5, "m"), (0.1, "m"), (0.48, "m"), (1, "b"), (60, "b")])
def test_budgets_of_any_size_have_ticks_that_differ(times, unit, lang):
    steps = [replace(step, budget=step.budget * times) for step in TAKEN.frontier]
    figure = frontier_figure(SimpleNamespace(plan=TAKEN.plan, frontier=steps), words(lang)).figure
    assert_texts_apart(figure)
    axes = figure.axes[0]
    ticks = [t.get_text() for t in axes.get_xticklabels()]
    assert len(set(ticks)) == len(ticks) >= 3
    told = {"m": {"id": "juta", "en": "million"}, "b": {"id": "miliar", "en": "billion"}}
    assert told[unit][lang] in axes.get_xlabel()


def test_where_no_budget_suffices_the_last_one_reaches_what_the_title_says():
    plan = TAKEN.plan
    audited = replace(plan, coverage_reached=plan.coverage_reached + 0.001)
    assert frontier(audited, 2)[-1].coverage == audited.coverage_reached
    picture = frontier_figure(TAKEN, words("en"))
    reached = claim(plan.coverage_reached, words("en"))
    title = " ".join(picture.figure._suptitle.get_text().split())
    ends = [t.get_text() for t in picture.figure.axes[0].texts]
    assert title.endswith(reached) and reached in ends and reached in picture.alt


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


@pytest.mark.parametrize("lang", ["id", "en"])
@pytest.mark.parametrize(
    "as_of, target_month", [("2025-03", "2025-12"), ("2025-02", "2025-04"), ("2025-01", "2027-12")]
)
def test_the_fan_of_monthly_figures_names_each_tick_by_its_month(
    tmp_path, lang, as_of, target_month
):
    data = made_up(tmp_path / "data", [])
    with_series(data, "3319")
    seen = forecast(
        ask(region="3319", data=data, as_of=as_of, target_month=target_month, paths=300)
    )
    w = words(lang)
    figure = fan_figure(seen, w).figure
    assert_texts_apart(figure)
    axes = figure.axes[0]
    told = [
        (at, t.get_text()) for at, t in zip(axes.get_xticks(), axes.get_xticklabels(), strict=True)
    ]
    assert len(told) >= 3
    start = seen.status.question.as_of
    assert told == [(at, stacked(w.short_month(start + round(at)))) for at, _ in told]
    assert_regular(axes.get_xticks(), seen.status.question.months)
    first, line = axes.texts[0], next(one for one in axes.lines if one.get_linestyle() == ":")
    box = first.get_window_extent(figure.canvas.get_renderer())
    x, y = axes.transData.transform(line.get_xydata()).T
    dense = np.linspace(x[0], x[-1], 400)
    assert not any(box.contains(*at) for at in zip(dense, np.interp(dense, x, y), strict=True))


def assert_regular(ticks, last):
    """Ticks go back from the last month in one step: a month, a quarter, a half, or years."""
    months = sorted(round(t) for t in ticks)
    steps = {b - a for a, b in pairwise(months)}
    assert months[-1] == last and len(steps) == 1
    assert steps & {1, 3, 6} or steps.pop() % 12 == 0


def test_the_fan_of_two_years_steps_by_half_years_to_the_target_month():
    asked = ask(paths=300, target_month="2026-12")
    figure = fan_figure(forecast(asked), words("id")).figure
    assert_texts_apart(figure)
    assert_regular(figure.axes[0].get_xticks(), asked.months)


@pytest.mark.parametrize("lang", ["id", "en"])
@pytest.mark.parametrize("target_month", ["2026-02", "2026-12", "2028-12"])
def test_the_plan_names_its_month_and_the_march_after_it_apart(target_month, lang):
    seen = what_it_takes(ask(paths=200, target_month=target_month))
    w = words(lang)
    figure = plan_figure(seen, w).figure
    assert_texts_apart(figure)
    told = [t.get_text() for t in figure.axes[0].get_xticklabels()]
    month = seen.plan.question.target_month
    assert {stacked(w.short_month(m)) for m in (month, seen.plan.march)} <= set(told)


@pytest.mark.parametrize("lang", ["id", "en"])
@pytest.mark.parametrize(
    "asked",
    [{"target": t} for t in (0.25, 0.3, 0.33, 0.37, 0.4)] + [{"target_month": "2026-12"}],
)
def test_the_words_of_the_star_stand_beside_it_and_on_no_dot(asked, lang):
    seen = forecast(ask(paths=300, **asked))
    figure = reference_class_figure(seen, known_pairs(seen.status), words(lang)).figure
    assert_texts_apart(figure)
    axes = figure.axes[0]
    told = next(t for t in axes.texts if t.get_color() == TARGET)
    box = told.get_window_extent(figure.canvas.get_renderer())
    dots = [one for one in axes.lines if one.get_marker() in ("o", "s")]
    at = axes.transData.transform(np.vstack([one.get_xydata() for one in dots]))
    assert not any(box.contains(*dot) for dot in at)
    (star,) = axes.transData.transform(
        next(one for one in axes.lines if one.get_marker() == "*").get_xydata()
    )
    near = np.maximum(np.maximum(box.min - star, star - box.max), 0)
    assert np.hypot(*near) < 50


def test_a_base_that_stood_still_is_said_to_and_one_that_moved_is_not(tmp_path):
    still, moved = (with_two_figures(tmp_path / str(base), base) for base in (400_001, 480_000))
    drawn = [waterfall_figure(status(asked), words("en")).figure for asked in (still, moved)]
    titles = [" ".join(figure._suptitle.get_text().split()) for figure in drawn]
    assert "stood still" in titles[0] and "stood still" not in titles[1]


def with_two_figures(data, base):
    """Return a question of a region told twice, first on a base of 400,000 people."""
    table = made_up(data, [])
    with_series(table, "3319", months=2, last="2025-01")
    home = table / "regions" / "3319" / "observations.csv"
    rows = home.read_text(encoding="utf-8").splitlines()
    cells = [row.split(",") for row in rows]
    for row, labour_force in zip(cells[1:], (400_000, base), strict=True):
        row[rows[0].split(",").index("labour_force")] = str(labour_force)
    home.write_text("\n".join(",".join(row) for row in cells) + "\n", encoding="utf-8")
    return ask(region="3319", data=table, as_of="2025-01")


def test_drawing_leaves_the_readers_style_alone():
    from matplotlib import rcParams

    before = dict(rcParams)
    fan_figure(SEEN, words("id")).png()
    assert dict(rcParams) == before
