"""Inputs: sliders, fields and grids for the numbers of a text, forms that add new ones, and files dropped on it."""
