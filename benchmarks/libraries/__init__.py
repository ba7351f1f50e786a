"""One file for each library: its operations under common names, and its ways to differentiate a function."""
