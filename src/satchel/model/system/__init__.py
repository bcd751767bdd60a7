"""Satchel's own tables: their declaration and the steps that bring a store up to date."""
