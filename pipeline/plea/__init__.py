"""What kind of post it is, and what is needed: additive features that can be explained."""
