"""Exports: lists as CSV and Parquet, ClaimReview, work orders; the configuration of Datasette."""
