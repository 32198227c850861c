"""Measures houxu against labelled files: the same import and the same stages as a real night."""
