"""What in a person's data may speak of others (GDPR 15(4), 20(4)): found, reviewed by a human,
masked in the copy, and told in the reply."""
