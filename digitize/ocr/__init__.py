"""Turn the picture of a cell into text: line splitting, recognition, and decoding with a language model."""
