# For bash and dash.
for i in 1 2 3; do echo "L$i"; done
read -r _ <gate
echo L4
exit 7
