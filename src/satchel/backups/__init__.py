"""Backups of the data folder, and going back to one."""
