"""Each kind of record: how it is planned, what is sent for it, what is learnt from the answer. Pure."""
