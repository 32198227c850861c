"""From lines in files to observations: read, check, understand, hand over. Knows nothing of SQL."""
