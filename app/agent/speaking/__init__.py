"""What the offline model says: what was done, then at most one question."""
