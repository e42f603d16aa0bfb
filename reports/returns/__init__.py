"""The monthly return as a workbook: template out, workbook in, checked whole, shown before it is written."""
