"""WhatsApp's "Export chat" files as messages: a library without a store, a channel or a clock.

    archive.read_source   a .txt or .zip on disk → its text and title
    parse.parse_chat      text → who wrote what when (`Chat`), in the zone of the phone that exported
    people                who of them is the business, and what the customer's number is

What a file does not tell is asked: `questions.Question` is the error that names the option which answers it.
"""
