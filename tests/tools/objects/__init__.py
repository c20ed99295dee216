"""Checks of rendered Kubernetes objects."""
