"""Answers that were asked for as JSON: drawn as a tree, held against their schema; and what a model wrote instead."""
