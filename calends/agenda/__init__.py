"""What must be done until when, told outside the console: a calendar feed and a daily digest."""
