"""A roster of members becomes counts that name nobody."""
