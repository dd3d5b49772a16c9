"""From the bytes of a batch to what its messages say, read beside the recording."""
