"""KNOWS PEOPLE. The web desk and API over the store (not built yet: see the issue "The desk")."""
