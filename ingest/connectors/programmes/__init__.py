"""The workbook about programmes that `tandem init` writes."""
