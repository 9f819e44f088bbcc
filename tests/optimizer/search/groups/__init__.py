"""Tests of choices of groups."""
