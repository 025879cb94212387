<?php
for ($i = 1; $i <= 3; $i++)
	echo "L$i\n";
file_get_contents('gate');
echo "L4\n";
exit(7);
