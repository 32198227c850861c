"""KNOWS POSTS. Reads observations, understands text, links copies, reads status, keeps SQLite, runs the night."""
