"""Has the author already said that it is solved? Reads words, decides the status of a case, carries it to its copies."""
