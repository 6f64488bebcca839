"""What the CMS's first page counts, decided on values alone."""
