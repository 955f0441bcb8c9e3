"""Find the signature tables on a scan: straighten, trace the grid, flatten, read header and row numbers."""
