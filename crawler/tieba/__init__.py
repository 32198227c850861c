"""Threads of Baidu Tieba."""
