"""KNOWS SIMILARITY. Texts in, matches out. Imports nothing of ours and keeps no state of its own."""
