"""Mastodon's public API: tag timelines and threads."""
