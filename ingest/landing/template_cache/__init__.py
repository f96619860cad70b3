"""The template cache: converts statements whose structural fingerprint is known."""
