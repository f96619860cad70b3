"""Convert the rows of a mapped table to statements or planned sessions."""
