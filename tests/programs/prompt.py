import sys

heard = [input(f"name {i}? ") for i in (1, 2, 3)]
print(*heard)
sys.exit(7)
