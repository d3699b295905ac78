"""The vocabulary: values that services return and views draw. No I/O, no vendor library."""
