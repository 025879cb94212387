local heard = {}
for i = 1, 3 do
	io.write("name ", i, "? ")
	heard[i] = io.read()
end
print(table.concat(heard, " "))
os.exit(7, true)
