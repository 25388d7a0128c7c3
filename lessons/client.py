"""A client for the terminal. Any server of this course can be tried with it.

    python lessons/client.py 6666            type a line, see what one recv gives; Ctrl-D ends it
"""
import socket
import sys

port = int(sys.argv[1]) if len(sys.argv) > 1 else 6666

try:
    server = socket.create_connection(("127.0.0.1", port), timeout=5)
except ConnectionRefusedError:
    sys.exit(f"Nobody listens on port {port}. Start a server first, in another terminal.")

with server:
    try:
        while True:
            message = input("you:    ")
            if message:                     # Enter alone: only look whether something has come
                server.sendall(f"{message}\n".encode())
            try:
                answer = server.recv(1024)
            except TimeoutError:
                print("(no answer in 5 seconds)")
                continue
            if not answer:                  # b"" means: the other side has closed
                break
            print("server:", answer.decode(errors="replace").strip())
    except EOFError:                        # Ctrl-D
        print()
        sys.exit()
    except ConnectionError:
        pass
print("The server has closed the connection.")
