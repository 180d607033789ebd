"""Who gets in: colleagues, their roles, factors and sessions."""
