"""Monitoring: period by period, what went in and out against training.

A monitoring is registered with a configuration and two functions of its user's. Its
reference is frozen then: bins and counts of the training's inputs and outputs. Its
validation and its runs are executions like any other; a run reads the records of one
period, lets the user's functions make frames of them in a process of the right
environment, and leaves one result, in counts.
"""
