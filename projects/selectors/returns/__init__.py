"""What pages and workbooks read of the monthly returns."""
