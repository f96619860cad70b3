"""Which connector reads a delivery, and which options the delivery needs."""
