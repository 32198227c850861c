"""The only place that speaks SQL: one SQLite file, written by a night, read by everybody."""
