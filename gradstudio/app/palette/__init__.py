"""The palette: a popup at the cursor, the panel of operations, the card of an op, and lists that are searched."""
