"""What a post states: phones, ID numbers, persons, ages, addresses, places, needs; each with its span and its mask."""
