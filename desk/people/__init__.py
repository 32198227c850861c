"""Accounts, log-ins, rights, form tokens and limits."""
