"""Errors that are the caller's to fix. Anything else is a bug and crashes loudly (ARCHITECTURE A3.7)."""

from __future__ import annotations


class UserError(Exception):
    """One clear line for the person who ran the command; the command line exits with code 2."""
