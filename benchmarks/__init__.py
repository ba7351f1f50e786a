"""How fast the tape is, measured beside other libraries and beside hand-written NumPy: `python -m benchmarks`."""
