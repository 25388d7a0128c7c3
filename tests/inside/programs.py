"""The beginning of many a program: two sockets that are connected."""

PAIR = """
import array, os, select, socket, sys, threading, time
pair = socket.socketpair()          # "socket 1" and "socket 2": names come where two are assigned
one, other = pair
"""
