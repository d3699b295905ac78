"""Pretend services that speak HTTP on loopback, for the demo and for tests. The product needs none of it."""
