"""The doctor: is everything here that a night needs? Each check is a function that gives findings."""
