"""Pictures: decoded safely, read, and split into the posts that they show."""
