"""The pages, a router each. Every route opens what it needs by `visiting` and answers with `page`."""
