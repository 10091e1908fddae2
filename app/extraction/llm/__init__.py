"""The extractor on a language model: it reads, code checks (`grounding.py`) and decides what may be confirmed."""
