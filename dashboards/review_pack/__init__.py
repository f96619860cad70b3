"""The review pack of a quarter: its content, and the files that it is written as."""
