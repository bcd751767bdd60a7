"""Logs that superusers can ask for: requests, and what the program has to say."""
