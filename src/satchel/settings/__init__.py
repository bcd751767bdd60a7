"""Settings that are changed while the program runs, kept in the store."""
