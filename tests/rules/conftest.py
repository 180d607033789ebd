from hypothesis import settings

# On a loaded machine one slow example says nothing about the law.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
