"""The planner's workbench: controls on one side, the answer and its pictures on the other.

The same in JupyterLab and as an app. What is shown is always the forecast of the scenario the
controls stand for; saving writes that scenario as a file.
"""

from __future__ import annotations

import asyncio
from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import Any

from ucj_analysis.errors import UCJError, bad
from ucj_analysis.forecasting import Forecast
from ucj_analysis.presentation.churn_figures import segments_figure
from ucj_analysis.presentation.display import DPI, Picture
from ucj_analysis.presentation.language import N_, Words, words
from ucj_analysis.presentation.messages import error_text
from ucj_analysis.presentation.outlook_figures import fan_figure
from ucj_analysis.presentation.outlook_words import forecast_answer
from ucj_analysis.presentation.what_if_figures import scenarios_figure
from ucj_analysis.question import ask, scenario_names
from ucj_analysis.record.regions import load_regions
from ucj_analysis.workbench.controls import CONTROLS, Control, save_scenario, with_value
from ucj_analysis.workbench.facts import LABELS, facts, shown
from ucj_analysis.workbench.view import View

#: Seconds a control must rest before the forecast is made.
REST_SECONDS = 0.05
MOST_COMPARED = 4


class Explorer:
    """The workbench as widgets. `widget` is what a notebook shows.

    Parameters
    ----------
    lang : str
        Language of every word.
    folder : path
        Where saved scenarios go.
    asked : keywords
        Of :func:`ucj_analysis.question.ask`: what is shown first.
    """

    def __init__(self, lang: str = "id", folder: str | Path = "scenarios", **asked: Any) -> None:
        self.w: Words = words(lang)
        self.folder = Path(folder)
        self._asked = asked
        self.view = View.open(ask(**asked))
        self.kept: list[tuple[str, Forecast]] = []
        self._waiting: asyncio.TimerHandle | None = None
        self._quiet = False
        self._build()
        self.show()

    # --- what is shown ------------------------------------------------------------------------

    def show(self) -> None:
        """Show answer, pictures, gap, cost and changes of the view."""
        seen, w = self.view.seen, self.w
        self.answer.value = _block("p", str(forecast_answer(seen, w)), "ucj-answer")
        self.fan.value = _image(fan_figure(seen, w))
        self.stack.value = _image(segments_figure(seen, w))
        self.facts.value = self._facts()

    def say(self, text: str = "", kind: str = "") -> None:
        """Show a message, or none; it stays until the next thing a planner does."""
        self.message.value = _block("p", text, f"ucj-{kind}") if text else ""

    def _facts(self) -> str:
        """Return gap, cost, and what was moved, as a list."""
        items = "".join(_block("li", told) for told in facts(self.view, self.kept, self.w))
        return f"<ul class='ucj-facts'>{items}</ul>"

    # --- what moves it ------------------------------------------------------------------------

    def moved(self, *_: Any) -> None:
        """Forecast once the controls have come to rest; a flood of moves makes one forecast."""
        if self._quiet:
            return
        self.say()
        if self._waiting:
            self._waiting.cancel()
        try:
            self._waiting = asyncio.get_running_loop().call_later(REST_SECONDS, self.settle)
        except RuntimeError:
            self.settle()

    def _label(self) -> None:
        """Let every label tell its control's value."""
        for name, slider in self.sliders.items():
            told = f"{self.w.t(LABELS[name])}: {shown(name, slider.value, self.w)}"
            self.labels[name].value = f"<span id='ucj-{name}'>{escape(told)}</span>"
            slider.tooltip = told

    def settle(self) -> None:
        """Forecast for the controls as they stand."""
        self._waiting = None
        self._label()
        positions = self._origin
        for name, slider in self.sliders.items():
            if slider.value != self._placed[name]:  # what nobody moved stays to the digit
                positions = with_value(positions, name, slider.value)
        self._try(lambda: self.view.move(positions))

    def asked(self, *_: Any) -> None:
        """Open another question: region, month, target or scenario."""
        if self._quiet:
            return
        self.say()
        self._try(lambda: self._open(self._changes()))

    def _changes(self) -> dict[str, Any]:
        """Return the question as the fields stand."""
        scenario = self.scenario.value.strip()
        return {
            "region": self.region.value,
            "as_of": self.as_of.value,
            "target_month": self.target_month.value.strip(),
            "scenario": self._saved().get(scenario, scenario),
            "target": share_of(self.target.value) if self.target.value.strip() else None,
        }

    def _saved(self) -> dict[str, str]:
        """Return the scenarios saved from here, path by name."""
        return {p.stem: str(p) for p in sorted(self.folder.glob("*.toml"))}

    def _open(self, changes: dict[str, Any]) -> None:
        moved = self.view.positions.moved(self.view.start)
        asked = self._asked | changes
        self.view, self._asked = View.open(ask(**asked)), asked
        self._settle_controls()
        if moved:
            self.say(self.w.t("Another question: the controls stand at its start again."), "saved")

    def reset(self, *_: Any) -> None:
        """Put every control back to its start."""
        self.say()
        self.view.move(self.view.start)
        self._settle_controls()
        self.show()

    def keep(self, *_: Any) -> None:
        """Keep what is seen for comparison, up to four; the oldest makes room."""
        title = self.name.value.strip() or self.w.t("view {n}", n=len(self.kept) + 1)
        self.kept = [*self.kept, (title, self.view.seen)][-MOST_COMPARED:]
        self.compared.value = _image(scenarios_picture(self.kept, self.w))
        self.facts.value = self._facts()

    def save(self, *_: Any) -> None:
        """Write the scenario the controls stand for."""
        title = self.name.value.strip()
        self._try(lambda: self._write(title), then=lambda: None)

    def _write(self, title: str) -> None:
        path = save_scenario(self.folder, title, self.view.file(title))
        self.scenario.options = self._scenarios()
        told = self.w.t(
            "Saved: {path}. Open it here under “scenario” as {name}, or elsewhere with: ucj forecast --scenario {path}",
            path=path,
            name=path.stem,
        )
        self.say(told, "saved")

    def _scenarios(self) -> list[str]:
        """Return the names a planner may choose from: shipped, then saved."""
        return [*scenario_names(self.view.question.data), *self._saved()]

    def _try(self, work: Callable[[], None], then: Callable[[], None] | None = None) -> None:
        """Do something a planner asked for; what is wrong is told in words, and nothing changes."""
        try:
            work()
            (then or self.show)()
        except UCJError as error:
            self.say(error_text(error, self.w), "wrong")

    # --- widgets ------------------------------------------------------------------------------

    def _build(self) -> None:
        import ipywidgets as widgets

        w = self.w
        self.answer, self.facts, self.message = (widgets.HTML() for _ in range(3))
        self.fan, self.stack, self.compared = (widgets.HTML() for _ in range(3))
        wide = widgets.Layout(width="auto", max_width="26rem")
        self.sliders = {c.name: _slider(widgets, c, wide) for c in CONTROLS}
        self.labels = {c.name: widgets.HTML() for c in CONTROLS}
        field: dict[str, Any] = {"layout": wide, "style": {"description_width": "initial"}}
        register = load_regions(self.view.question.data).values()
        regions = [(r.name, r.code) for r in register if r.has_data]
        self.region = widgets.Dropdown(options=regions, description=w.t("region"), **field)
        field["continuous_update"] = False
        texts = w.t("month asked about"), w.t("target, %"), w.t("target month"), w.t("name")
        self.as_of, self.target, self.target_month, self.name = (
            widgets.Text(description=text, **field) for text in texts
        )
        named = self._scenarios()
        self.scenario = widgets.Combobox(description=w.t("scenario"), options=named, **field)
        self.buttons = {
            name: widgets.Button(description=w.t(text), layout=widgets.Layout(width="auto"))
            for name, text in (
                ("reset", N_("Back to the start")),
                ("keep", N_("Keep to compare (four at most)")),
                ("save", N_("Save as scenario")),
            )
        }
        self._settle_controls()
        for slider in self.sliders.values():
            slider.observe(self.moved, "value")
        for asked in (self.region, self.as_of, self.target_month, self.scenario, self.target):
            asked.observe(self.asked, "value")
        for name, button in self.buttons.items():
            button.on_click(getattr(self, name))
        self.widget = self._laid_out(widgets)

    def _laid_out(self, widgets: Any) -> Any:
        """Return controls beside pictures, one above the other where the screen is narrow."""
        wrapped = widgets.Layout(flex_flow="row wrap", width="100%", grid_gap="0 1rem")
        asked = [self.region, self.as_of, self.target, self.target_month, self.scenario]
        moves = [widgets.VBox([self.labels[n], s]) for n, s in self.sliders.items()]
        for move in moves:
            move.add_class("ucj-move")
        buttons = widgets.HBox(list(self.buttons.values()), layout=wrapped)
        left = widgets.VBox(
            [widgets.VBox(asked), *moves, widgets.VBox([self.name, buttons])],
            layout=widgets.Layout(flex="1 1 18rem", min_width="0"),
        )
        right = widgets.VBox(
            [self.message, self.fan, self.facts, self.stack, self.compared],
            layout=widgets.Layout(flex="3 1 22rem", min_width="0"),
        )
        style = widgets.HTML(f"<style>{CSS}</style>")
        return widgets.VBox([style, self.answer, widgets.HBox([left, right], layout=wrapped)])

    def _settle_controls(self) -> None:
        """Let every widget show where the view stands, without forecasting again."""
        self._quiet = True
        question, positions = self.view.question, self.view.positions
        for name, slider in self.sliders.items():
            value = getattr(positions, name)
            if name == "funded_months":
                slider.max = max(question.months, 1)
            slider.max = max(slider.max, value)
            slider.value = value
        self._origin = positions
        self._placed = {name: slider.value for name, slider in self.sliders.items()}
        self._label()
        self.region.value, self.as_of.value = question.region, str(question.as_of)
        self.target_month.value, self.scenario.value = str(question.target_month), question.scenario
        self.target.value = self.w.share(self.view.seen.status.target.coverage)
        self._quiet = False


CSS = """
.ucj-answer {font-size: 1.15em; font-weight: 600; line-height: 1.45; margin: 0.3em 0}
.ucj-facts {margin: 0.3em 0 0.3em 1.2em; padding: 0; line-height: 1.45}
.ucj-wrong {color: #A33A00; line-height: 1.45} .ucj-saved {color: #00795C; line-height: 1.45}
.ucj-answer, .ucj-facts, .ucj-wrong, .ucj-saved {overflow-wrap: anywhere; white-space: normal}
.ucj-move {margin-top: 0.3em} .ucj-move .widget-html-content {line-height: 1.45}
.ucj-picture {display: block; width: 100%; max-width: 36rem; height: auto}
"""


def share_of(text: str) -> float:
    """Read a percentage as a planner types it.

    Raises
    ------
    InputError
        `bad_percent`: no number, or not above 1 and below 100.

    Examples
    --------
    >>> share_of("52"), share_of("52,5 %"), share_of("52.5%")
    (0.52, 0.525, 0.525)
    """
    plain = text.strip().removesuffix("%").strip().replace(",", ".")
    try:
        value = float(plain)
    except ValueError as error:
        raise bad("bad_percent", text) from error
    if not 1 <= value < 100:
        raise bad("bad_percent", text, near=f"{100 * value:g}" if 0.01 <= value < 1 else "")
    return value / 100


def _slider(widgets: Any, control: Control, layout: Any) -> Any:
    whole = control.unit in ("people", "months")
    kind, number = (widgets.IntSlider, int) if whole else (widgets.FloatSlider, float)
    ends = {"min": number(control.low), "max": number(control.high), "step": number(control.step)}
    # no readout: the label tells the value, in the reader's language
    return kind(**ends, continuous_update=False, readout=False, layout=layout)


def _block(tag: str, text: str, name: str = "") -> str:
    """Return text as one HTML element; whatever it holds is shown, never run."""
    return f"<{tag} class='{name}'>{escape(text)}</{tag}>"


def _image(picture: Picture) -> str:
    """Return a picture as one HTML element, with the words that stand for it and its own room."""
    width, height = (round(DPI * inches) for inches in picture.figure.get_size_inches())
    data = b64encode(picture.png()).decode("ascii")
    return (
        f"<img class='ucj-picture' width='{width}' height='{height}' "
        f"alt='{escape(picture.alt)}' src='data:image/png;base64,{data}'>"
    )


def scenarios_picture(kept: list[tuple[str, Forecast]], w: Words) -> Picture:
    """Return the picture of the views kept, each under its own title."""
    named = []
    for title, seen in kept:
        header = seen.scenario.header.model_copy(update={"title": title})
        scenario = seen.scenario.model_copy(update={"header": header})
        status = replace(seen.status, question=replace(seen.status.question, scenario=title))
        named.append(replace(seen, scenario=scenario, status=status))
    return scenarios_figure(named, w)
