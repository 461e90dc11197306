"""Forecasts issued: what they were, what came, what changed since the last."""
