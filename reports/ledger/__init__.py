"""台账 workbook: one .xlsx holds a whole city's records, in and out."""
