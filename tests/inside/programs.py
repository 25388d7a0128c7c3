"""The beginning of many a program: two sockets that are connected."""

PAIR = """
import array, os, select, socket, sys, threading, time
one, other = socket.socketpair()
"""
