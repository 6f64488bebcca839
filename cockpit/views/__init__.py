"""Pages of assessors, and of those who look after certificates."""
