"""The nightly report: one self-contained page of HTML, Chinese first."""
