"""What `courses` answers itself: bytes of frozen pictures and files, and previews in the CMS."""
