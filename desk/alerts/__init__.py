"""Alerts: what a night found that somebody should hear of, sent once to each webhook and Apprise address."""
