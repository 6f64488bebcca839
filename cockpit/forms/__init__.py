"""The shape of what assessors send, and those who look after certificates."""
