"""Jobs: what runs by the clock."""
