"""How the workbook about programmes is read."""
