"""Other people's exports to lines of our import format (ARCHITECTURE B2). What each tool writes: data/formats."""
