"""Process: turns mail and letters into cases."""
