"""Rivals in an environment of their own, made for the benchmarks and thrown away at will.

Their versions stand in `rivals.txt`; what they share with us is pinned as in `requirements.lock`,
but for pandas, of which they ask an older one.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
PINS = HERE / "rivals.txt"
HOME = HERE.parents[1] / ".venv-rivals"


def python() -> Path:
    """Return the interpreter of the rivals' environment, made where it is not there yet.

    Skips the test where it cannot be made, as without a network.
    """
    bin_ = HOME / ("Scripts" if os.name == "nt" else "bin")
    interpreter = bin_ / ("python.exe" if os.name == "nt" else "python")
    pins = hashlib.sha256(PINS.read_bytes()).hexdigest()
    ready = HOME / "ready"
    if not ready.is_file() or ready.read_text(encoding="utf-8") != pins:
        shutil.rmtree(HOME, ignore_errors=True)
        made = [
            [sys.executable, "-m", "venv", str(HOME)],
            [str(interpreter), "-m", "pip", "install", "--quiet", "-r", str(PINS)],
        ]
        for step in made:
            ran = subprocess.run(step, capture_output=True, text=True, check=False)
            if ran.returncode:
                last = (ran.stderr.strip() or ran.stdout.strip()).splitlines()[-1:]
                shutil.rmtree(HOME, ignore_errors=True)
                pytest.skip(f"the rivals' environment cannot be made: {' '.join(last)}")
        compiled = [str(interpreter), "-m", "compileall", "-q", "-j", "0", str(HOME)]
        subprocess.run(compiled, capture_output=True, check=False)
        ready.write_text(pins, encoding="utf-8")
    return interpreter


def run(script: str, *arguments: object) -> list[float]:
    """Run one of the scripts below `rivals/`, and return the seconds it prints."""
    told = [str(python()), str(HERE / "rivals" / script), *map(str, arguments)]
    ran = subprocess.run(told, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    lines = [line.split() for line in ran.stdout.splitlines()]
    return [float(words[1]) for words in lines if words[:1] == ["seconds"]]
