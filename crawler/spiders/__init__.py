"""One spider a file; each only wires page readers to requests."""
