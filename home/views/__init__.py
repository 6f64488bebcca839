"""Views: the public pages, and screens of our own in the CMS."""
