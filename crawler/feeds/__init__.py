"""Feeds that the operator hosts: RSS 2.0, Atom and JSON Feed, as RSSHub and others write them."""
