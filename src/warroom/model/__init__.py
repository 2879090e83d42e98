"""The nouns of security operations as frozen values, and every error we raise on purpose."""
