"""Secrets, hashes and tokens: pure, without database and without HTTP."""
