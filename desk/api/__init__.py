"""The API: the same functions as the pages, as JSON, for programs with a token."""
