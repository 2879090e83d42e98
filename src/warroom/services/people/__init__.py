"""Who may do what, who there is, and how they sign in."""
