"""Read what offices really have."""
