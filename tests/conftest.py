"""What every test stands on."""

from hypothesis import settings

# How long an example takes says something of the machine, and nothing of what is tested.
settings.register_profile("advisor", deadline=None, print_blob=True)
settings.load_profile("advisor")
