"""Speed, measured: `make bench`. Counts that must hold are in the tests; seconds are here."""
