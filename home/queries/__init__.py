"""Every read that spans rows: site search, and what waits for somebody in the CMS."""
