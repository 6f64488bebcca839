"""What is true of the pages of managers, without a framework."""
