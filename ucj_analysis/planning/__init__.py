"""What it would take: levers, plans of least cost, and the proof where there is none."""
