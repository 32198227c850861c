"""From matched posts to cases: groups, origin, roles, ids. Pure functions over values."""
