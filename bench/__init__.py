"""Measurements that people can repeat: `make bench`."""
