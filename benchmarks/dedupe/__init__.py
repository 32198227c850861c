"""Quality and speed of linking, against peers, on a generated corpus with known clusters."""
