"""Scorers: does an answer count as the wanted one?"""
