"""Structured case studies of digital tools and their facets."""
