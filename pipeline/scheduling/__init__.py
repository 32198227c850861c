"""Which posts and authors to look at again tonight: a pure function of what is known, the budget and the moment."""
