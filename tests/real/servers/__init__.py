"""Servers as plain processes on loopback, and what stands in for software that no registry has."""
