"""What pages and the API show, as values: computed once, written down by templates."""
