"""Run notebooks and publish what they say."""
