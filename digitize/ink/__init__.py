"""From a flattened page and its table to what is written in each cell, by geometry alone.

From the bottom up: `strokes` finds the pen strokes (`remove_rules` and `scanner_streaks` erase what is not
one) and `cell_map` gives the layout of the cells.  `marks` classifies strokes by shape, `split_signatures`
and `stamps_and_lines` separate what runs across rows, and `assign_strokes` assigns each stroke to its cell.
Everything else builds on that assignment; `measure_ink` is the entry point.
"""
