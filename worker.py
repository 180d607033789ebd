"""Process: runs workflows and activities."""
