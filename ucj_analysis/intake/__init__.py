"""Read what offices really have, without a programmer and without a wrong number."""
