"""What was published and what offices hold: tables, how they are read, what is wrong in them."""
