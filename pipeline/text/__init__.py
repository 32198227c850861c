"""What a post says, in the order of reading: HTML to text, as displayed, normalised, structured, tokens."""
