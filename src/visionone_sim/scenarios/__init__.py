"""Stories that fill a tenant: who is there, and what happens to them."""
