"""What the pages say, a table per language with the same keys. Of `one|many` the count chooses."""
