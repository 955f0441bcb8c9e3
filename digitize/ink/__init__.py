"""Pen strokes on a flattened page: found, parted, given to the cells they belong to, and told by their shape.

By geometry only, never by what they say.  From the bottom up: `strokes` finds them and `slots` says where the
cells lie; `marks` names small ones, `parting` and `strangers` take apart what only touches; `ownership` gives
each to its cell; on that rest `striking`, `crossings`, `haze`, `overflow` and `cutting`.
"""
