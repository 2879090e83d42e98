"""What every test gets: one profile for properties."""

from hypothesis import settings

# Two cores shared by parallel tests make single examples slow now and then; slowness is measured in bench/, not here.
settings.register_profile("warroom", deadline=None)
settings.load_profile("warroom")
