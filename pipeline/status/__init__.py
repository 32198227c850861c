"""Has the author already said that it is solved? Reads words, decides the status, carries it to the copies."""
