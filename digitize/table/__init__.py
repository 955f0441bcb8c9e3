"""Find the signature table on a scanned page: straighten, find its grid, flatten, read header and numbers."""
