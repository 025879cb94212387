import sys

for i in range(1, 4):
    print(f"L{i}")
open("gate").read()
print("L4")
sys.exit(7)
