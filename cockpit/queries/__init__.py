"""What managers and assessors read. What managers read of people comes through `scope.sight_of` alone."""
