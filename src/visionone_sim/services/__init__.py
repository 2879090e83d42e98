"""The API's services: each route translates, the tenant knows."""
