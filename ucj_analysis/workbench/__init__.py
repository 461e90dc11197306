"""Sliders that move December: in JupyterLab and in a browser."""
