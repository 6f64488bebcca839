"""Every write that a manager begins."""
