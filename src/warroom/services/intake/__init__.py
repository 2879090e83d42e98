"""How alerts are taken in: fetched, made into incidents, watched, and set aside when they fail."""
