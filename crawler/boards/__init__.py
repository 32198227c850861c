"""Message boards (people's letters, local help platforms) as `data/boards/*.toml` describe them."""
