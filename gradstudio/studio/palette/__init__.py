"""What can be put on the canvas: the ops of the table by category, searching them, and what a card says of each."""
