"""Newcomers join cases that stand, at a cost that goes with the newcomers."""
