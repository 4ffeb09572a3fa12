"""What the portal promises in figures: each measured against a bare limit in the same run.

One module per subject, each with `run() -> list[Row]`; `python -m tests.benchmarks [subject …]`
runs them and prints one table. This machine is shared and noisy: the ratios count, not the times.
"""
