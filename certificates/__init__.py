"""What was certified: issued certificates, their pages, PDF and verification. Reads progress, never writes it."""
