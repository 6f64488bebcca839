"""What `make` runs: the environment, the demo's two processes, the servers of the tests. No part of the site."""
