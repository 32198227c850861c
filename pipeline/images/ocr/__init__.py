"""Reads the characters of a picture with models that ship inside a package; knows nothing of posts."""
