"""Train the recogniser further on what people corrected in a campaign, for that campaign alone.

Scanner, form and hands of one petition differ from those the recogniser was trained on, and names and streets
repeat.  Only the last layer is trained, which takes a minute.  Whether it reads better is measured on sheets
that it has not seen, and it is offered only then.

What is learned follows from names that people wrote, so it stays in the folder of the campaign and is erased
with it.
"""

from digitize.learning.learned_file import FILE, forget, learned_model

__all__ = ["FILE", "forget", "learned_model"]
