"""Reads about people and issuers."""
