"""Turn the picture of a cell into text: line splitting, recognition, decoding against a language model."""
