"""What one message says beyond the rules' acts: whether it calls off, takes back, leaves open, or speaks of another
matter. The check of what a language model reads, and of what the agent's tools are asked to do."""
