"""How long the picture of a computation takes to come, to move and to change, and how tidy it is."""
