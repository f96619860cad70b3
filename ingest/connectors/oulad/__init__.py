"""The connector of the Open University Learning Analytics Dataset (OULAD)."""
