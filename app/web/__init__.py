"""The inbox: the pages on which people see, check and correct what Hilo does. Nothing on them comes from afar."""
