"""KNOWS PEOPLE. The web desk and API over the store."""
