"""Look-ups: a text or a link in, the case and its proof out, or an honest "not known"."""
