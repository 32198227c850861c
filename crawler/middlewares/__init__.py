"""Downloader middlewares: robots.txt as RFC 9309 has it, Retry-After, and stopping at a wall."""
