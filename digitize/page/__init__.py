"""One page in, one result out; start reading at `digitize.page.pipeline`."""
