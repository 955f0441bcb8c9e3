"""Find the signature table on a scanned page: straighten, trace its rules, flatten, read header and row numbers."""
